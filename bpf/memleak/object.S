/* The BPF programs, compiled, inside the loader: one file to copy. */
	.section .rodata
	.balign 8
	.globl memleak_session, memleak_session_end, memleak_notes, memleak_notes_end, memleak_gadget, memleak_gadget_end
memleak_session:
	.incbin SESSION_OBJECT
memleak_session_end:
	.balign 8
memleak_notes:
	.incbin NOTES_OBJECT
memleak_notes_end:
	.balign 8
memleak_gadget:
	.incbin GADGET_OBJECT
memleak_gadget_end:
	.byte 0
	.section .note.GNU-stack, "", %progbits
