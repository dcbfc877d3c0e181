#!/usr/bin/env bash
# The real Prometheus for the tests, on a Debian or Ubuntu machine without one.
#
#   eval "$(.ci/prometheus.sh start DIR)"    sets GREENLIGHT_PROMETHEUS to a program that the tests can start
#
# A prometheus on the PATH is used as it is. Else the program is taken out of the distribution's package and put below DIR,
# beside the system: nothing is installed, no service is started, root is not needed. The tests start the program
# themselves, with their own configuration, and end it. May be repeated. Progress goes to stderr, and only what is to be
# evaluated to stdout.

set -euo pipefail

APT_WITHIN_S=180

say() { echo "prometheus: $*" >&2; }
die() { say "$*"; exit 1; }

command=${1:-}
dir=${2:-}
[[ $command == start && -n $dir ]] || die "usage: prometheus.sh start DIR"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
program=$dir/prometheus

works() { "$1" --version >/dev/null 2>&1; }

apt_get() {
  timeout "$APT_WITHIN_S" apt-get -qq -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 "$@" >&2
}

# download OPTION...: gets the package, by the lists that the options name.
download() {
  rm -rf "$dir/package"
  mkdir -p "$dir/package"
  (cd "$dir/package" && apt_get "$@" download prometheus)
}

# The machine's own lists if there are any that still hold, else lists of our own from the machine's own sources.
get_package() {
  download 2>/dev/null && return
  say "reading the package lists"
  local own=(-o Dir::State::lists="$dir/apt/lists" -o Dir::Cache="$dir/apt/cache")
  mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial"
  # One of several sources may fail without harm to ours.
  apt_get "${own[@]}" update || true
  download "${own[@]}"
}

get_program() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    die "there is no prometheus on the PATH, and getting one needs apt (Debian, Ubuntu)"
  say "getting the package"
  get_package || die "the package prometheus cannot be had from apt's sources"
  # Of 95 MB the program is half. Renamed when it is whole, so that a broken run leaves nothing that looks like it.
  dpkg-deb --fsys-tarfile "$dir"/package/prometheus_*.deb | tar -xO ./usr/bin/prometheus >"$program.part"
  chmod +x "$program.part"
  works "$program.part" || die "the program in the package does not run here: $("$program.part" --version 2>&1 | head -n 1)"
  mv "$program.part" "$program"
  rm -rf "$dir/package" "$dir/apt"
}

if works "$program"; then
  say "is there already"
elif found=$(command -v prometheus) && works "$found"; then
  program=$found
else
  get_program
fi
say "ready: $("$program" --version 2>&1 | sed -nE '1s/^prometheus, version ([^ ]+).*/\1/p')"
printf 'export GREENLIGHT_PROMETHEUS=%q\n' "$program"
