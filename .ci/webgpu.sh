# Sourced by .ci/run: a software Vulkan adapter (SwiftShader, out of Debian's chromium), so that the tests on WebGPU run on
# machines without a graphics card. Three files are copied; nothing is installed into the system.
# TRIBUTARY_REQUIRE_WEBGPU makes an adapter that does not start a failure instead of skipped tests.
webgpu_dir="$(git rev-parse --show-toplevel)/.tributary/swiftshader"
if [ ! -f "$webgpu_dir/vk_swiftshader_icd.json" ]; then
  webgpu_work=$(mktemp -d)
  webgpu_from=/usr/lib/chromium
  (
    set -e
    if [ ! -f "$webgpu_from/vk_swiftshader_icd.json" ]; then
      cd "$webgpu_work"
      apt-get download chromium-common >/dev/null 2>&1 || { apt-get update -qq && apt-get download -qq chromium-common; }
      dpkg-deb -x chromium-common_*.deb .
      webgpu_from="$webgpu_work/usr/lib/chromium"
    fi
    mkdir -p "$webgpu_dir"
    # The description comes last: by it the next run knows that all are there.
    for file in libvulkan.so.1 libvk_swiftshader.so vk_swiftshader_icd.json; do
      cp "$webgpu_from/$file" "$webgpu_dir/$file"
    done
  )
  [ -f "$webgpu_dir/vk_swiftshader_icd.json" ] ||
    echo 'webgpu.sh: found no SwiftShader; the package chromium-common of Debian bookworm and newer has it' >&2
  rm -rf "$webgpu_work"
fi
export VK_DRIVER_FILES="$webgpu_dir/vk_swiftshader_icd.json"
# onnxruntime asks for the loader libvulkan.so.1 by name.
export LD_LIBRARY_PATH="$webgpu_dir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export TRIBUTARY_REQUIRE_WEBGPU=1
