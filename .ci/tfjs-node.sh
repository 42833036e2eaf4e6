#!/usr/bin/env bash
# .ci/tfjs-node.sh [--prepare]: the reference values on @tensorflow/tfjs-node, the native library of TensorFlow.
# With --prepare it only makes what is needed.
#
# The package fetches its C library from a place that few closed networks reach. PyPI's TensorFlow has the same library and
# its headers, so the package's own binding is compiled against those; @tensorflow/tfjs-node-gpu is the same binding against
# a library with CUDA. What was made is kept in .tributary/tfjs-node (1 GB). Needs pip, unzip and g++.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(node -p 'require("./package.json").peerDependencies["@tensorflow/tfjs-node"]')
# The first with a C library of its own beside Python's that Python 3.11 has, too.
tensorflow=2.15.1
folder=$PWD/.tributary/tfjs-node
package="$folder/node_modules/@tensorflow/tfjs-node"
binding="$package/lib/napi-v8/tfjs_binding.node"
if [ ! -f "$binding" ]; then
  mkdir -p "$folder/deps/lib"
  npm install --silent --no-save --ignore-scripts --prefix "$folder" "@tensorflow/tfjs-node@$version"
  wheel=$(mktemp -d)
  trap 'rm -rf "$wheel"' EXIT
  python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
    --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --dest "$wheel" "tensorflow-cpu==$tensorflow"
  unzip -q -o "$wheel"/tensorflow_cpu-*.whl 'tensorflow/include/*' 'tensorflow/libtensorflow*' -d "$wheel"
  mv "$wheel"/tensorflow/libtensorflow* "$folder/deps/lib/"
  mkdir -p "$(dirname "$binding")"
  # Node's own headers: beside its binary, or in Debian's place.
  headers="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node"
  [ -f "$headers/node_api.h" ] || headers=/usr/include/node
  g++ -std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8 -I"$wheel/tensorflow/include" -I"$headers" -I"$package/.." \
    "$package/binding/tfjs_backend.cc" "$package/binding/tfjs_binding.cc" \
    -L"$folder/deps/lib" -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,-rpath,"$folder/deps/lib" -o "$binding.part"
  mv "$binding.part" "$binding"
fi
[ "${1:-}" != --prepare ] || exit 0
NODE_PATH="$folder/node_modules" TF_CPP_MIN_LOG_LEVEL=2 TRIBUTARY_REQUIRE_TFJS_NODE=1 \
  node node_modules/vitest/vitest.mjs run test/golden/tfjs.test.ts
