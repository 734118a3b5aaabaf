#!/bin/sh
# Unpacks OpenCC 1.4.2 (static library, headers, dictionaries, program) from its Python wheel for Linux x86-64
# into target/opencc, where the crates in tools/oracle and tools/bench look for it.
set -eu
cd "$(dirname "$0")"
wheel=opencc-1.4.2-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl
sum=794afd1f5254b22fb7e8655d3e60f0467e4a1ad5ebbd62f9efdd2dd421dd43db
mkdir -p target/wheel target/opencc
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 311 --implementation cp \
    --platform manylinux2014_x86_64 --dest target/wheel opencc==1.4.2
echo "$sum  target/wheel/$wheel" | sha256sum --check --quiet
python3 -m zipfile -e "target/wheel/$wheel" target/opencc
# The wheel's program; unpacking forgets that it is one.
chmod +x target/opencc/opencc/clib/bin/opencc
