#!/usr/bin/env bash
# The base image of examples/django, made of Debian's packages: there is no hub to pull python:3.9 from.
#
#   .ci/python-base.sh start DIR    the engine that docker talks to has greenlight/python:base; DIR is for what is needed on the way
#   .ci/python-base.sh stop         takes it away again
#
# A build takes it by a named context (python:3.9=docker-image://greenlight/python:base). A docker without buildx knows none: there it
# is called python:3.9 too, unless the engine has one.
#
# It holds Debian's own Python, pip and Django (with what these need) and nothing else but busybox, which gives it a shell. pip
# finds there what the example's requirements.txt asks for, and looks nowhere else. Debian's Python is a newer one than 3.9.
# Both commands may be repeated. Progress goes to stderr.

set -euo pipefail

IMAGE=greenlight/python:base
STANDS_FOR=python:3.9
BUSYBOX=greenlight/busybox:base
PACKAGES=(python3-django python3-pip)
# By this an image of ours is told from the hub's.
LABEL=greenlight.base=python
APT_WITHIN_S=180

say() { echo "python-base: $*" >&2; }
die() { say "$*"; exit 1; }

command=${1:-}
dir=${2:-}
if [[ $command == stop ]]; then
  for image in "$IMAGE" "$STANDS_FOR"; do
    [[ -z $(docker image ls --quiet --filter "label=$LABEL" "$image") ]] || docker image rm --force "$image" >/dev/null
  done
  exit 0
fi
[[ $command == start && -n $dir ]] || die "usage: python-base.sh start DIR | stop"
name_without_buildx() {
  docker buildx version >/dev/null 2>&1 || docker image inspect "$STANDS_FOR" >/dev/null 2>&1 || docker tag "$IMAGE" "$STANDS_FOR"
}
docker image inspect "$IMAGE" >/dev/null 2>&1 && { name_without_buildx; say "$IMAGE is there"; exit 0; }
docker image inspect "$BUSYBOX" >/dev/null 2>&1 || die "the engine has no $BUSYBOX; .ci/docker-engine.sh start imports it"
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || die "$IMAGE is made of Debian's packages, and that needs apt"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
scratch=$(mktemp -d "$dir/python.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

apt_get() {
  timeout "$APT_WITHIN_S" apt-get -qq -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@" >&2
}

# download OPTION...: the packages and all that they need, down to the C library: apt is told of a machine that has nothing yet.
download() {
  rm -rf "$scratch/cache" && mkdir -p "$scratch/cache/archives/partial"
  : >"$scratch/status"
  apt_get "$@" -o Dir::State::status="$scratch/status" -o Dir::Cache="$scratch/cache" -o Debug::NoLocking=true \
    --yes --no-install-recommends --download-only install "${PACKAGES[@]}"
}

# The machine's own lists if there are any that still hold, else lists of our own from the machine's own sources.
get_packages() {
  download 2>/dev/null && return
  say "reading the package lists"
  local own=(-o Dir::State::lists="$scratch/lists")
  mkdir -p "$scratch/lists/partial"
  # One of several sources may fail without harm to ours.
  apt_get "${own[@]}" update || true
  download "${own[@]}"
}

# Nothing is installed and no script of a package runs: a container needs their files alone.
unpack() {
  local root=$1 folder package
  mkdir -p "$root/usr" "$root/root" "$root/tmp"
  chmod 1777 "$root/tmp"
  # One tree, as Debian has it since bookworm.
  for folder in bin sbin lib lib64; do
    mkdir "$root/usr/$folder"
    ln -s "usr/$folder" "$root/$folder"
  done
  for package in "$scratch"/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" |
      tar -x -C "$root" --keep-directory-symlink --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
  done
  # More than half of Django is what it says in other languages than the site's.
  find "$root/usr/lib/python3" -path '*/locale/*/LC_MESSAGES' ! -path '*/locale/en/*' -prune -exec rm -r {} +
  mkdir -p "$root/usr/local/bin"
  # As the image of the hub calls them.
  ln -s /usr/bin/python3 "$root/usr/local/bin/python"
}

# The shell, out of the image that the engine has; Debian's own programs stay where both have one.
add_busybox() {
  local root=$1 container applet
  container=$(docker create --network=none "$BUSYBOX")
  docker cp --quiet "$container:/bin/busybox" "$root/usr/bin/busybox"
  docker rm "$container" >/dev/null
  for applet in $("$root/usr/bin/busybox" --list); do
    [[ -e $root/usr/bin/$applet || -e $root/usr/sbin/$applet ]] || ln -s busybox "$root/usr/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
}

# Otherwise each container compiles what it loads, at each of its starts. The packages are of the machine's own release: its C
# library runs this Python as well.
compile() {
  local lib=$1/usr/lib
  PYTHONHOME=$1/usr PYTHONPATH='' "$1/usr/bin/python3" -m compileall -q -s "$1" \
    "$lib"/python3.* "$lib"/python3/dist-packages/{django,asgiref,sqlparse}
}

say "getting Python, pip and Django"
get_packages || die "the packages ${PACKAGES[*]} cannot be had from apt's sources"
say "making $IMAGE"
root=$scratch/root
unpack "$root"
add_busybox "$root"
compile "$root"
# pip: what is there suffices, nothing is fetched, and that Debian's packages are Debian's business is known.
tar -C "$root" --owner=0 --group=0 -c . | gzip -1 | docker import \
  -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin' \
  -c 'ENV PIP_NO_INDEX=1 PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1' \
  -c "LABEL $LABEL" -c 'CMD ["python"]' - "$IMAGE" >/dev/null
name_without_buildx
say "ready: $(docker run --rm --network=none "$IMAGE" python -c \
  'import django, platform; print("Python", platform.python_version(), "with Django", django.get_version())')"
