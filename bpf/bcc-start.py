#!/usr/bin/python3
#
# bcc-start  Start a Python BCC tool so that its uprobes can share a libc with
#            those of another tracer.
#
# USAGE: bcc-start.py TOOL [ARGUMENT...]
#
#        bcc-start.py memleak-bpfcc -p 4711 1 8
#        bcc-start.py /usr/share/bcc/tools/memleak -p 4711 1 8
#
# A uprobe may carry a reference counter: an address in the program that the
# kernel increments while the probe is attached. All tracers that probe one
# instruction of one file must name the same one, or the later of them is
# refused and the kernel logs "ref_ctr_offset mismatch". malloc has none, so
# every tracer should say 0. BCC's libbcc.so takes the offset as a seventh
# argument of bpf_attach_uprobe, but its Python side passes six: what libbcc
# then reads is whatever was left in that place. This file passes the missing 0
# and otherwise runs the tool as it is.

import ctypes
import os
import runpy
import shutil
import sys

# The folder of the tools on RHEL and Fedora, which is on nobody's PATH.
TOOLS = "/usr/share/bcc/tools"
USAGE = "usage: bcc-start.py TOOL [ARGUMENT...]"


def fail(message):
    sys.exit("bcc-start: %s" % message)


def find(tool):
    if "/" in tool:
        return tool if os.path.isfile(tool) else None
    return (shutil.which(tool) or shutil.which(tool + "-bpfcc")
            or shutil.which(tool, path=TOOLS))


def pass_no_reference_counter():
    from bcc.libbcc import lib

    attach = lib.bpf_attach_uprobe
    declared = list(attach.argtypes or [])
    if len(declared) != 6:
        return  # a version that passes it itself, or one that is not known
    attach.argtypes = declared + [ctypes.c_uint32]
    lib.bpf_attach_uprobe = lambda *given: attach(*given, 0)


def is_python(path):
    with open(path, "rb") as tool:
        return b"python" in tool.readline(256)


def main():
    if len(sys.argv) < 2:
        print(USAGE, file=sys.stderr)
        sys.exit(2)
    if sys.argv[1] in ("-h", "--help"):
        print(USAGE)
        sys.exit(0)
    path = find(sys.argv[1])
    if path is None:
        fail("%s: command not found" % sys.argv[1])  # as a shell says it
    if not is_python(path):  # of the same name in libbpf-tools, which pass the 0 themselves
        os.execv(path, [path] + sys.argv[2:])
    try:
        pass_no_reference_counter()
    except ImportError as error:
        fail("the Python side of BCC is not installed (%s)" % error)
    sys.argv = [path] + sys.argv[2:]
    sys.path[0] = os.path.dirname(path)
    # A line is out as soon as it is printed, through a pipe too.
    sys.stdout.reconfigure(line_buffering=True)
    runpy.run_path(path, run_name="__main__")


main()
