/*
 * Where in a function a probe costs least.
 *
 * The kernel replaces the probed instruction by a trap and must then carry it out itself. A few
 * kinds it emulates (push, nop, jumps); all others it single-steps, a second trap that costs more
 * than the first. So: from the function's entry over instructions that change nothing we read
 * (arguments, stack pointer) to the first that can be emulated. Whatever is not recognised ends the
 * search, and the probe stays at the entry.
 */
#include <stdbool.h>

#include "objects/decode.h"

#if defined(__x86_64__)

/* Instructions, and bytes, that are worth stepping over at most. */
#define MOST_STEPS 4
#define MOST_BYTES 24

/* As branch_setup_xol_ops and push_setup_xol_ops see it, in all kernels since 5.x. */
static bool emulated(const uint8_t *at, size_t left)
{
	if (left && ((at[0] >= 0x50 && at[0] <= 0x57) || at[0] == 0x90))
		return true; /* push, nop */
	if (left < 2)
		return false;
	if (at[0] == 0x41 && at[1] >= 0x50 && at[1] <= 0x57)
		return true; /* push r8..r15 */
	if (at[0] == 0x0f && at[1] == 0x1f)
		return true; /* a longer nop */
	if (at[0] == 0xeb || at[0] == 0xe9 || (at[0] >= 0x70 && at[0] <= 0x7f))
		return true;					/* jmp, jcc short */
	return at[0] == 0x0f && at[1] >= 0x80 && at[1] <= 0x8f; /* jcc near */
}

/* Bytes that a ModRM operand takes, the ModRM byte itself among them; 0 where it doesn't fit. */
static size_t operand(const uint8_t *at, size_t left)
{
	if (left < 1)
		return 0;
	unsigned mod = at[0] >> 6, rm = at[0] & 7;
	size_t size = 1;

	if (mod != 3 && rm == 4) {
		if (left < 2)
			return 0;
		if (mod == 0 && (at[1] & 7) == 5)
			size += 4;
		size++;
	}
	if (mod == 0 && rm == 5)
		size += 4; /* relative to the instruction pointer */
	if (mod == 1)
		size += 1;
	if (mod == 2)
		size += 4;
	return size <= left ? size : 0;
}

/* Registers that hold arguments, or the stack: rcx, rdx, rsp, rsi, rdi, r8, r9. */
static bool precious(unsigned reg)
{
	return reg == 1 || reg == 2 || reg == 4 || reg == 6 || reg == 7 || reg == 8 || reg == 9;
}

/* The length of an instruction that changes nothing we read; 0 for any other. */
static size_t harmless(const uint8_t *at, size_t left)
{
	size_t prefix = 0;
	unsigned rex = 0;

	if (left >= 4 && at[0] == 0xf3 && at[1] == 0x0f && at[2] == 0x1e && at[3] == 0xfa)
		return 4; /* endbr64 */
	if (left > 1 && (at[0] & 0xf0) == 0x40) {
		rex = at[0];
		prefix = 1;
	}
	if (left < prefix + 2)
		return 0;
	uint8_t op = at[prefix];
	const uint8_t *modrm = at + prefix + 1;
	size_t takes = operand(modrm, left - prefix - 1);
	unsigned reg = ((modrm[0] >> 3) & 7) | ((rex & 4) ? 8 : 0);
	unsigned rm = (modrm[0] & 7) | ((rex & 1) ? 8 : 0);
	bool registers = modrm[0] >> 6 == 3;

	if (!takes)
		return 0;
	switch (op) {
	case 0x84:
	case 0x85: /* test */
	case 0x38:
	case 0x39:
	case 0x3a:
	case 0x3b: /* cmp */
		return prefix + 1 + takes;
	case 0x80:
	case 0x83: /* cmp with a byte */
		return (reg & 7) == 7 && left >= prefix + 2 + takes ? prefix + 2 + takes : 0;
	case 0x81: /* cmp with four */
		return (reg & 7) == 7 && left >= prefix + 5 + takes ? prefix + 5 + takes : 0;
	case 0xf6: /* test with a byte */
		return (reg & 7) == 0 && left >= prefix + 2 + takes ? prefix + 2 + takes : 0;
	case 0x8b:
	case 0x8d: /* mov, lea into a register */
		return precious(reg) ? 0 : prefix + 1 + takes;
	case 0x89:
	case 0x31: /* mov, xor from a register into one */
		return registers && !precious(rm) ? prefix + 1 + takes : 0;
	case 0x33:
		return precious(reg) ? 0 : prefix + 1 + takes;
	default:
		return 0;
	}
}

/* Whether any of the function's bytes could be a jump to `target`: too many rather than too few. */
static bool jumped_to(const uint8_t *code, size_t size, uint32_t target)
{
	for (size_t i = 0; i + 2 <= size; i++) {
		if (code[i] == 0xeb || (code[i] & 0xf0) == 0x70 ||
		    (code[i] >= 0xe0 && code[i] <= 0xe3))
			if ((int64_t)i + 2 + (int8_t)code[i + 1] == target)
				return true;
		size_t opcode = code[i] == 0xe9					    ? 1
				: (code[i] == 0x0f && (code[i + 1] & 0xf0) == 0x80) ? 2
										    : 0;
		if (opcode && i + opcode + 4 <= size) {
			const uint8_t *d = code + i + opcode;
			int32_t by = (int32_t)((uint32_t)d[0] | (uint32_t)d[1] << 8 |
					       (uint32_t)d[2] << 16 | (uint32_t)d[3] << 24);
			if ((int64_t)i + opcode + 4 + by == target)
				return true;
		}
	}
	return false;
}

uint32_t probe_offset(const uint8_t *code, size_t size)
{
	size_t at = 0;

	for (int steps = 0; steps <= MOST_STEPS && at < size && at <= MOST_BYTES; steps++) {
		if (emulated(code + at, size - at))
			return at == 0 || !jumped_to(code, size, at) ? at : 0;
		size_t takes = harmless(code + at, size - at);
		if (!takes)
			return 0;
		at += takes;
	}
	return 0;
}

#else

/* On aarch64 all but branches are carried out from a copy, in one go: nothing to gain. */
uint32_t probe_offset(const uint8_t *code, size_t size)
{
	(void)code;
	(void)size;
	return 0;
}

#endif
