/* The BPF program, compiled, inside the loader: one file to copy. */
	.section .rodata
	.balign 8
	.globl memleak_object, memleak_object_end
memleak_object:
	.incbin OBJECT
memleak_object_end:
	.byte 0
	.section .note.GNU-stack, "", %progbits
