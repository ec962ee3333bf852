# Loads k8s/toolbox/bin/bpftrace without running it, and answers for each line of JSON on stdin what one of its functions
# makes of the argument: [function, argument] -> result.
import json
import sys

path = sys.argv[1]
source = open(path, encoding="utf-8").read()
body, _, last = source.rstrip("\n").rpartition("\n")
assert last == "main()", last
names = {"__name__": "wrapper"}
exec(compile(body, path, "exec"), names)
for line in sys.stdin:
    function, argument = json.loads(line)
    print(json.dumps(names[function](argument)))
