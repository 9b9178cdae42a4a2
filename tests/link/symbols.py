#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""symbols.py NM OBJECT...: the objects ask for no socket, clock, thread, locale, stream, random number or environment."""
import re
import subprocess
import sys

FORBIDDEN = re.compile(
    r"^_?_?(socket|connect|bind|listen|accept|send|sendto|recv|recvfrom|select|poll|epoll_\w+|getaddrinfo|gethostby\w+|open|fopen|read|write)$"
    r"|^(clock|clock_gettime|gettimeofday|time|nanosleep|usleep|sleep|timespec_get)$|std::chrono::\w+(::\w+)?_clock::now|_clock::now"
    r"|pthread_|std::thread|std::(__\w+::)?(mutex|condition_variable|future|async)|__cxa_guard"
    r"|locale|ctype|^(str(to[df]|told|coll|xfrm|ftime)|tolower|toupper|isalpha|isdigit|isspace|isalnum|mbs\w+|wcs\w+)$"
    r"|std::(basic_)?(i|o|io|f)?(stream|streambuf)|std::basic_\w*stream|ios_base|^(v?f?s?n?printf|puts|putchar|fwrite|std(in|out|err))$"
    r"|^(s?rand|random|getrandom|arc4random\w*)$|random_device|^(secure_)?getenv$|^(exit|_exit|system|fork)$"
    r"|__dynamic_cast|__cxa_bad_typeid")


def main():
    nm, objects = sys.argv[1], sys.argv[2:]
    names = subprocess.run([nm, "-C", "-P", "--undefined-only", *objects], capture_output=True, text=True, check=True).stdout
    undefined = sorted({line.rsplit(" U", 1)[0].strip() for line in names.splitlines() if " U" in line})
    if not undefined:
        return "no undefined symbol at all: this is not the object of a program"
    bad = [name for name in undefined if FORBIDDEN.search(name)]
    print(f"{len(undefined)} symbols from outside:", *undefined, sep="\n    ")
    return "forbidden: " + ", ".join(bad) if bad else 0


if __name__ == "__main__":
    sys.exit(main())
