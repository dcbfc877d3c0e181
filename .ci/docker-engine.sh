#!/usr/bin/env bash
# A real Docker engine for the tests, on a Debian machine without one.
#
#   eval "$(.ci/docker-engine.sh start DIR)"    an engine answers; sets DOCKER_HOST, DOCKER_CONFIG and PATH
#   .ci/docker-engine.sh stop DIR               ends what start has started; an engine that was there before stays
#
# An engine that answers already is used as it is. Else Debian's packages are unpacked below DIR, beside the system:
# nothing is installed. First choice is the release after bookworm, whose docker has BuildKit and buildx; second choice
# the machine's own release. Base images cannot be pulled without a hub, so they are made of the machine's own programs:
# greenlight/busybox:base and greenlight/node:base (busybox and the machine's Node).
# Both commands may be repeated. Progress goes to stderr, and only what is to be evaluated to stdout.

set -euo pipefail

NEXT_RELEASE=${DOCKER_ENGINE_RELEASE:-trixie}
READY_WITHIN_S=30
APT_WITHIN_S=180

say() { echo "docker-engine: $*" >&2; }
die() { say "$*"; exit 1; }

command=${1:-}
dir=${2:-}
[[ $command =~ ^(start|stop)$ && -n $dir ]] || die "usage: docker-engine.sh start|stop DIR"
[[ $command == start ]] && mkdir -p "$dir"
[[ -d $dir ]] || exit 0
dir=$(cd "$dir" && pwd)
host=unix://$dir/docker.sock
programs=$dir/programs

# ---------------------------------------------------------------- which engine

# answers HOST PATH: whether an engine answers there, within a bounded time.
answers() { DOCKER_HOST=$1 PATH=$2 timeout 5 docker version >/dev/null 2>&1; }

# The engine that the docker command would talk to.
present_host() {
  if [[ -n ${DOCKER_HOST:-} ]]; then echo "$DOCKER_HOST"; return; fi
  timeout 5 docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || echo unix:///var/run/docker.sock
}

print_env() {
  printf 'export DOCKER_HOST=%q\n' "$1"
  if [[ $1 == "$host" ]]; then
    printf 'export DOCKER_CONFIG=%q\n' "$dir/config"
    printf 'export PATH=%q:$PATH\n' "$dir/bin"
  fi
}

# ---------------------------------------------------------------- Debian's packages, beside the system

# Address of the machine's own mirror for this release, from its own sources (one-line and deb822 form).
mirror() {
  local release=$1
  {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -nE "s/^deb +(\[[^]]*\] +)?([^ ]+) +$release +.*\bmain\b.*/\2/p" || true
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk -v RS= -v release="$release" '
      { uri = ""; suited = 0
        count = split($0, lines, "\n")
        for (i = 1; i <= count; i++) {
          words = split(lines[i], word, /[ \t]+/)
          if (word[1] == "URIs:") uri = word[2]
          if (word[1] == "Suites:") for (j = 2; j <= words; j++) if (word[j] == release) suited = 1
        }
        if (suited && uri != "") print uri }' || true
  } | head -n 1
}

# The machine's own apt settings, with lists and sources of our own.
apt_get() {
  timeout "$APT_WITHIN_S" apt-get -qq -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 \
    -o Dir::State::lists="$dir/apt/lists" -o Dir::Etc::sourcelist=/dev/null \
    -o Dir::Etc::sourceparts="$dir/apt/sources.list.d" -o Dir::Cache="$dir/apt/cache" "$@" >&2
}

# know MIRROR RELEASE...: makes the packages of these releases known.
know() {
  local uri=$1; shift
  mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/apt/sources.list.d"
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  {
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$*"
    [[ -f $keyring ]] && echo "Signed-By: $keyring"
  } >"$dir/apt/sources.list.d/engine.sources"
  apt_get update
}

# unpack PACKAGE/RELEASE...
unpack() {
  rm -rf "$dir/apt/packages"
  mkdir -p "$dir/apt/packages" "$programs"
  (cd "$dir/apt/packages" && apt_get download "$@") || return 1
  local package
  for package in "$dir"/apt/packages/*.deb; do dpkg-deb -x "$package" "$programs" || return 1; done
  rm -rf "$dir/apt/packages"
}

get_programs() {
  [[ -f $programs/.complete ]] && { say "programs are there: $(cat "$programs/.complete")"; return; }
  [[ $(uname -s) == Linux ]] || die "no Docker engine answers, and one can be set up here only on Linux"
  [[ $(id -u) == 0 ]] || die "no Docker engine answers, and setting one up needs root"
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    die "no Docker engine answers, and setting one up needs apt (Debian)"
  local release uri
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  uri=$(mirror "$release")
  [[ -n $uri ]] || die "no Docker engine answers, and apt's sources name no mirror of Debian '$release'"
  rm -rf "$programs" "$dir/apt"

  local common=("containerd/$release" "runc/$release" "tini/$release" "busybox-static/$release")
  say "unpacking docker of $NEXT_RELEASE with buildx"
  if know "$uri" "$NEXT_RELEASE" "$release" &&
    unpack "docker.io/$NEXT_RELEASE" "docker-cli/$NEXT_RELEASE" "docker-buildx/$NEXT_RELEASE" "${common[@]}" &&
    "$programs/usr/sbin/dockerd" --version >/dev/null; then
    echo "docker of $NEXT_RELEASE with buildx" >"$programs/.complete"
    return
  fi
  say "that did not work; unpacking docker of $release, which has the legacy builder alone"
  rm -rf "$programs" "$dir/apt"
  know "$uri" "$release" && unpack "docker.io/$release" "libdevmapper1.02.1/$release" "${common[@]}" ||
    die "the packages of docker cannot be had from apt's mirror"
  echo "docker of $release" >"$programs/.complete"
}

# ---------------------------------------------------------------- the daemon

write_config() {
  local network=$1 snapshotter=false
  mkdir -p "$dir/config/cli-plugins" "$dir/bin"
  ln -sfn "$programs/usr/bin/docker" "$dir/bin/docker"
  if [[ -x $programs/usr/libexec/docker/cli-plugins/docker-buildx ]]; then
    ln -sfn "$programs/usr/libexec/docker/cli-plugins/docker-buildx" "$dir/config/cli-plugins/docker-buildx"
    # Pushes keep their digests, and BuildKit can put its cache into a registry.
    snapshotter=true
  fi
  # No rule in the firewall and no forwarding: the machine's network stays as it is. Ports are published by the
  # userland proxy, also on addresses like 127.0.10.1, which is how each task gets its own.
  cat >"$dir/daemon.json" <<JSON
{
  "data-root": "$dir/data",
  "exec-root": "$dir/exec",
  "pidfile": "$dir/docker.pid",
  "hosts": ["$host"],
  "features": { "containerd-snapshotter": $snapshotter },
  $network
  "iptables": false,
  "ip6tables": false,
  "ip-forward": false,
  "ip-masq": false,
  "userland-proxy": true,
  "userland-proxy-path": "$programs/usr/sbin/docker-proxy",
  "init-path": "$programs/usr/bin/tini-static",
  "shutdown-timeout": 5
}
JSON
}

run_daemon() {
  write_config "$1"
  rm -f "$dir/docker.pid"
  local libraries
  libraries=$(echo "$programs"/lib/*-linux-gnu* "$programs"/usr/lib/*-linux-gnu*)
  PATH=$programs/usr/sbin:$programs/usr/bin:$PATH LD_LIBRARY_PATH=${libraries// /:} \
    setsid "$programs/usr/sbin/dockerd" --config-file "$dir/daemon.json" >"$dir/dockerd.log" 2>&1 </dev/null &
  local daemon=$! until=$((SECONDS + READY_WITHIN_S))
  while ((SECONDS < until)); do
    answers "$host" "$dir/bin:$PATH" && return 0
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  say "dockerd does not answer: $(tail -n 3 "$dir/dockerd.log")"
  stop_engine
  return 1
}

start_engine() {
  get_programs
  [[ -e /sys/class/net/docker0 ]] || touch "$dir/made-docker0"
  say "starting dockerd"
  run_daemon '' || {
    say "once more, without a bridge: tasks then share the machine's network"
    run_daemon '"bridge": "none",'
  } || die "dockerd cannot be started here, its log is $dir/dockerd.log"
}

stop_engine() {
  local pid
  pid=$(cat "$dir/docker.pid" 2>/dev/null || true)
  # Only if it is ours: the number may by now belong to another process.
  if [[ -n $pid ]] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$dir/daemon.json"; then
    say "stopping dockerd ($pid)"
    if answers "$host" "$dir/bin:$PATH"; then
      PATH=$dir/bin:$PATH DOCKER_HOST=$host timeout 30 bash -c 'docker ps -aq | xargs -r docker rm -f' >/dev/null 2>&1 || true
    fi
    kill -TERM "$pid" 2>/dev/null || true
    local until=$((SECONDS + 20))
    while kill -0 "$pid" 2>/dev/null && ((SECONDS < until)); do sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  # What a killed dockerd leaves: its containerd, containers' shims, mounts.
  local left
  for left in $(pids_below "$dir/exec"); do kill -KILL "$left" 2>/dev/null || true; done
  awk -v dir="$dir/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo 2>/dev/null | sort -r |
    while read -r mount; do umount -l "$mount" 2>/dev/null || true; done
  if [[ -e $dir/made-docker0 ]] && command -v ip >/dev/null; then ip link delete docker0 2>/dev/null || true; fi
  rm -rf "$dir/data" "$dir/exec" "$dir/docker.sock" "$dir/docker.pid" "$dir/made-docker0"
}

# Processes of our programs whose command line names this folder.
pids_below() {
  local process
  for process in /proc/[0-9]*; do
    [[ $(readlink "$process/exe" 2>/dev/null) == "$programs"/* ]] || continue
    tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -qF "$1" && basename "$process"
  done
  true
}

# ---------------------------------------------------------------- base images

busybox_program() {
  if [[ -x $programs/bin/busybox ]]; then echo "$programs/bin/busybox"
  elif [[ -x $programs/usr/bin/busybox ]]; then echo "$programs/usr/bin/busybox"
  elif command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1; then command -v busybox
  else
    say "fetching busybox"
    mkdir -p "$dir/apt" "$programs"
    (cd "$dir/apt" && apt-get -qq download busybox-static >&2 && dpkg-deb -x busybox-static_*.deb "$programs") ||
      die "the base images need a static busybox, which apt cannot get here: install busybox-static"
    ls "$programs"/bin/busybox "$programs"/usr/bin/busybox 2>/dev/null | head -n 1
  fi
}

# root_with_busybox FOLDER: the least that a container needs, with a shell.
root_with_busybox() {
  local root=$1 busybox=$2 applet
  mkdir -p "$root"/{bin,etc,tmp,root,usr/local/bin}
  chmod 1777 "$root/tmp"
  cp "$busybox" "$root/bin/busybox"
  for applet in $("$busybox" --list); do [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"; done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
}

add_node() {
  local root=$1 node library
  node=$(node -p process.execPath)
  cp "$node" "$root/usr/local/bin/node"
  ldd "$node" | grep -oE '/[^ ]+' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

# import_image FOLDER NAME COMMAND. Packed here and lightly, since the engine would do it thoroughly: twice as slow.
import_image() {
  tar -C "$1" -c . | gzip -1 |
    docker import -c 'ENV PATH=/usr/local/bin:/bin' -c "CMD [\"$3\"]" - "$2" >/dev/null
}

import_images() {
  local have busybox scratch
  have=$(docker image ls --format '{{.Repository}}:{{.Tag}}')
  if grep -qx greenlight/node:base <<<"$have" && grep -qx greenlight/busybox:base <<<"$have"; then return; fi
  command -v node >/dev/null && command -v ldd >/dev/null ||
    die "the base image for Node is made of this machine's Node and its libraries: node and ldd are needed"
  say "importing the base images"
  busybox=$(busybox_program)
  scratch=$(mktemp -d "$dir/import.XXXXXX")
  root_with_busybox "$scratch" "$busybox"
  import_image "$scratch" greenlight/busybox:base sh
  add_node "$scratch"
  import_image "$scratch" greenlight/node:base node
  rm -rf "$scratch"
}

# ---------------------------------------------------------------- commands

start() {
  local present
  if answers "$host" "$dir/bin:$PATH"; then
    say "our engine answers already"
    present=$host
  else
    present=$(command -v docker >/dev/null && present_host || true)
    if [[ -n $present ]] && answers "$present" "$PATH"; then
      say "an engine answers already at $present"
    else
      stop_engine
      start_engine
      present=$host
    fi
  fi
  eval "$(print_env "$present")"
  import_images
  say "ready: engine $(docker version --format '{{.Server.Version}}'), $(docker buildx version 2>/dev/null || echo 'no buildx')"
  print_env "$present"
}

case $command in
start) start ;;
stop) stop_engine ;;
esac
