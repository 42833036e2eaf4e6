"""
The method of the paper (DePass, https://arxiv.org/abs/2510.18462, section 3.2) in plain PyTorch, dense: every component at
every position, in the order of the equations. It is what the bench is compared with in the same run, and it prints its
scores, so that what is compared is known to be the same. Needs torch (2.13.0 was used) and a Llama folder in float32.

    python3 dense.py FOLDER N token|neuron REPETITIONS [cpu|cuda]
"""
import json, math, struct, sys, time
import torch
from torch.utils.flop_counter import FlopCounterMode

folder, N, by, repetitions = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
device = sys.argv[5] if len(sys.argv) > 5 else "cpu"
torch.set_num_threads(2)
torch.set_default_device(device)
wait = torch.cuda.synchronize if device == "cuda" else lambda: None
torch.set_grad_enabled(False)
TAU, NEURON_LAYER = 0.1, 1
BLOCK = 2**28  # numbers of the largest tensor that the MLP makes at once

began = time.perf_counter()
config = json.load(open(f"{folder}/config.json"))
with open(f"{folder}/model.safetensors", "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
data = torch.from_file(f"{folder}/model.safetensors", size=max(e["data_offsets"][1] for e in header.values()) + 8 + length, dtype=torch.uint8, device="cpu")
def weight(name):
    entry = header[f"model.{name}.weight"]
    start, end = entry["data_offsets"]
    return data[8 + length + start : 8 + length + end].clone().view(torch.float32).view(entry["shape"]).to(device)
L, D, H, K = (config[k] for k in ("num_hidden_layers", "hidden_size", "num_attention_heads", "num_key_value_heads"))
dh, eps = D // H, config["rms_norm_eps"]
parts = "input_layernorm self_attn.q_proj self_attn.k_proj self_attn.v_proj self_attn.o_proj post_attention_layernorm mlp.gate_proj mlp.up_proj mlp.down_proj"
layers = [[weight(f"layers.{l}.{part}") for part in parts.split()] for l in range(L)]
embedding, final = weight("embed_tokens"), weight("norm")
loaded = time.perf_counter() - began

ids = torch.tensor([(i * 37 + 5) % config["vocab_size"] for i in range(N)])
angles = torch.arange(N)[:, None] * config["rope_theta"] ** (-torch.arange(0, dh, 2) / dh)
cos, sin = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)
def turn(x):  # [N, heads, dh]
    a, b = x.chunk(2, -1)
    return x * cos[:, None] + torch.cat((-b, a), -1) * sin[:, None]
scale = lambda x: torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)
mask = torch.full((N, N), -torch.inf).triu(1)

def sweep(by):
    """The residual stream x [N, D] and its components C [N, M, D] through all layers; C is None in a plain pass."""
    x, C = embedding[ids], None
    if by == "token":
        C = torch.zeros(N, N, D)
        C[range(N), range(N)] = x
    for l, (norm1, q, k, v, o, norm2, gate, up, down) in enumerate(layers):
        s = scale(x)
        normed = x * s * norm1
        queries, keys = turn((normed @ q.T).view(N, H, dh)), turn((normed @ k.T).view(N, K, dh))
        scores = torch.einsum("nhd,mhd->hnm", queries, keys.repeat_interleave(H // K, 1)) / math.sqrt(dh) + mask
        A = scores.softmax(-1)  # [H, N, N], frozen
        def attend(rows):  # [N, m, D], eq. 12 and 13
            m = rows.shape[1]
            values = ((rows * s[:, None] * norm1) @ v.T).view(N, m, K, dh).repeat_interleave(H // K, 2)
            mixed = torch.matmul(A, values.permute(2, 0, 1, 3).reshape(H, N, m * dh))
            return mixed.view(H, N, m, dh).permute(1, 2, 0, 3).reshape(N, m, D) @ o.T
        new = x + attend(x[:, None])[:, 0]
        C = None if C is None else C + attend(C)
        x, s = new, scale(new)
        normed = x * s * norm2
        h = torch.nn.functional.silu(normed @ gate.T) * (normed @ up.T)  # [N, I], frozen
        if C is not None:  # eq. 14 and 15
            made = torch.empty_like(C)
            step = max(1, BLOCK // (C.shape[1] * h.shape[1]))
            for i in range(0, N, step):
                rows = C[i : i + step]
                relevance = (rows * s[i : i + step, None] * norm2) @ gate.T / TAU
                absent = (rows == 0).all(-1, keepdim=True)
                share = relevance.masked_fill_(absent, -torch.inf).softmax(1)
                made[i : i + step] = (share * h[i : i + step, None]) @ down.T
            C = C + made
        if by == "neuron" and l == NEURON_LAYER:  # what there was before, and every neuron's output
            C = torch.cat((x[:, None], h[:, :, None] * down.T[None]), 1)
        x = x + h @ down.T
    return x, C

def answer():
    x, C = sweep(by)
    s, last = scale(x[-1]), x[-1]
    logits = (last * s * final) @ embedding.T
    target = int(logits.argmax())
    return float(logits[target]), ((C[-1] * s * final) @ embedding[target]).tolist()

def gflop(action):
    """Of its matrix products."""
    with FlopCounterMode(display=False) as counter:
        action()
    return counter.get_total_flops() / 1e9

def timed(action, times):
    seconds = []
    for _ in range(times):
        start, cpu = time.perf_counter(), time.process_time()
        result = action()
        wait()
        seconds.append((time.perf_counter() - start, time.process_time() - cpu))
    wall, cpu = sorted(seconds)[len(seconds) // 2]
    return {"seconds": wall, "cpuSeconds": cpu, "best": min(seconds)[0]}, result

start = time.perf_counter()
value, scores = answer()
first = time.perf_counter() - start
if repetitions > 0:
    times, _ = timed(answer, repetitions)
    plain, _ = timed(lambda: sweep(None), max(3, repetitions))
    times["gflop"], plain["gflop"] = gflop(answer), gflop(lambda: sweep(None))
else:
    times, plain = None, None
peak = None  # of float32 products, where the processor has a card
if device == "cuda":
    a, b = torch.rand(8192, 8192), torch.rand(8192, 8192)
    a @ b
    wait()
    rate, _ = timed(lambda: [a @ b for _ in range(5)], 3)
    peak = 5 * 2 * 8192**3 / rate["best"] / 1e9
print(json.dumps({"peakGflops": peak, "loadSeconds": loaded, "firstSeconds": first, "value": value, "scores": scores, "answer": times, "forward": plain}))
