/* How long instructions are: all that compilers write for x86-64, and nothing of what they do. */
#include <stdbool.h>

#include "objects/length.h"

/* An instruction's longest form, by Intel's and AMD's manuals. */
#define LONGEST 15

/* What follows an opcode, by opcode. */
enum {
	BAD,
	NONE,
	MODRM, /* what it works on */
	MODRM_BYTE,
	MODRM_WORD, /* and a number of 4 bytes, or 2 */
	BYTE,
	WORD,
	LONG,	   /* 4 bytes always */
	SHORT,	   /* 2 bytes */
	ENTER,	   /* 2 and 1 */
	ADDRESS,   /* 8 bytes */
	QUAD,	   /* as WORD, or 8 bytes */
	TEST_BYTE, /* MODRM, and BYTE for two of eight */
	TEST_WORD,
	POP, /* MODRM, for the first of eight */
};

struct range {
	uint8_t first, last, follows;
};

/* Of overlapping ranges the later holds. */
static const struct range ONE_BYTE[] = {
	{ 0x00, 0x3f, MODRM },	    { 0x50, 0x5f, NONE },	{ 0x63, 0x63, MODRM },
	{ 0x68, 0x68, WORD },	    { 0x69, 0x69, MODRM_WORD }, { 0x6a, 0x6a, BYTE },
	{ 0x6b, 0x6b, MODRM_BYTE }, { 0x6c, 0x6f, NONE },	{ 0x70, 0x7f, BYTE },
	{ 0x80, 0x80, MODRM_BYTE }, { 0x81, 0x81, MODRM_WORD }, { 0x83, 0x83, MODRM_BYTE },
	{ 0x84, 0x8e, MODRM },	    { 0x8f, 0x8f, POP },	{ 0x90, 0x99, NONE },
	{ 0x9b, 0x9f, NONE },	    { 0xa0, 0xa3, ADDRESS },	{ 0xa4, 0xa7, NONE },
	{ 0xa8, 0xa8, BYTE },	    { 0xa9, 0xa9, WORD },	{ 0xaa, 0xaf, NONE },
	{ 0xb0, 0xb7, BYTE },	    { 0xb8, 0xbf, QUAD },	{ 0xc0, 0xc1, MODRM_BYTE },
	{ 0xc2, 0xc2, SHORT },	    { 0xc3, 0xc3, NONE },	{ 0xc6, 0xc6, MODRM_BYTE },
	{ 0xc7, 0xc7, MODRM_WORD }, { 0xc8, 0xc8, ENTER },	{ 0xc9, 0xc9, NONE },
	{ 0xca, 0xca, SHORT },	    { 0xcb, 0xcc, NONE },	{ 0xcd, 0xcd, BYTE },
	{ 0xcf, 0xcf, NONE },	    { 0xd0, 0xd3, MODRM },	{ 0xd7, 0xd7, NONE },
	{ 0xd8, 0xdf, MODRM },	    { 0xe0, 0xe7, BYTE },	{ 0xe8, 0xe9, LONG },
	{ 0xeb, 0xeb, BYTE },	    { 0xec, 0xef, NONE },	{ 0xf1, 0xf1, NONE },
	{ 0xf4, 0xf5, NONE },	    { 0xf6, 0xf6, TEST_BYTE },	{ 0xf7, 0xf7, TEST_WORD },
	{ 0xf8, 0xfd, NONE },	    { 0xfe, 0xff, MODRM },
};

/* After 0x0f, and of VEX and EVEX with that map. */
static const struct range TWO_BYTES[] = {
	{ 0x00, 0x03, MODRM },	    { 0x05, 0x09, NONE },	{ 0x0b, 0x0b, NONE },
	{ 0x0d, 0x0d, MODRM },	    { 0x10, 0x23, MODRM },	{ 0x28, 0x2f, MODRM },
	{ 0x30, 0x35, NONE },	    { 0x37, 0x37, NONE },	{ 0x40, 0x6f, MODRM },
	{ 0x70, 0x73, MODRM_BYTE }, { 0x74, 0x76, MODRM },	{ 0x77, 0x77, NONE },
	{ 0x7c, 0x7f, MODRM },	    { 0x80, 0x8f, LONG },	{ 0x90, 0x9f, MODRM },
	{ 0xa0, 0xa2, NONE },	    { 0xa3, 0xa3, MODRM },	{ 0xa4, 0xa4, MODRM_BYTE },
	{ 0xa5, 0xa5, MODRM },	    { 0xa8, 0xaa, NONE },	{ 0xab, 0xab, MODRM },
	{ 0xac, 0xac, MODRM_BYTE }, { 0xad, 0xb9, MODRM },	{ 0xba, 0xba, MODRM_BYTE },
	{ 0xbb, 0xc1, MODRM },	    { 0xc2, 0xc2, MODRM_BYTE }, { 0xc3, 0xc3, MODRM },
	{ 0xc4, 0xc6, MODRM_BYTE }, { 0xc7, 0xc7, MODRM },	{ 0xc8, 0xcf, NONE },
	{ 0xd0, 0xff, MODRM },
};
#define COUNT(ranges) (sizeof(ranges) / sizeof((ranges)[0]))

static int follows(const struct range *ranges, size_t count, uint8_t opcode)
{
	for (size_t i = count; i-- > 0;)
		if (opcode >= ranges[i].first && opcode <= ranges[i].last)
			return ranges[i].follows;
	return BAD;
}

/* Arithmetic has six forms of each operation, and two opcodes that are something else. */
static int follows_one(uint8_t opcode)
{
	if (opcode < 0x40 && (opcode & 7) >= 4)
		return (opcode & 7) == 4 ? BYTE : (opcode & 7) == 5 ? WORD : BAD;
	return follows(ONE_BYTE, COUNT(ONE_BYTE), opcode);
}

struct instruction {
	const uint8_t *code;
	size_t size, at;
	bool small, wide, narrow; /* operands of 2 bytes, of 8; addresses of 4 */
};

static bool more(const struct instruction *i, size_t bytes)
{
	return i->at + bytes <= i->size;
}

static bool is_prefix(uint8_t byte)
{
	return byte == 0x66 || byte == 0x67 || byte == 0xf0 || byte == 0xf2 || byte == 0xf3 ||
	       byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x26 || byte == 0x64 ||
	       byte == 0x65;
}

static void prefixes(struct instruction *i)
{
	for (; more(i, 1) && is_prefix(i->code[i->at]); i->at++) {
		i->small |= i->code[i->at] == 0x66;
		i->narrow |= i->code[i->at] == 0x67;
	}
	if (more(i, 1) && (i->code[i->at] & 0xf0) == 0x40)
		i->wide = i->code[i->at++] & 8;
}

/* What map an encoding of VEX or EVEX names: 1 is that of 0x0f, 2 of 0x0f38, 3 of 0x0f3a. */
static int follows_map(int map, uint8_t opcode)
{
	return map == 1				  ? follows(TWO_BYTES, COUNT(TWO_BYTES), opcode)
	       : map == 3			  ? MODRM_BYTE
	       : map == 2 || map == 5 || map == 6 ? MODRM
						  : BAD;
}

static int vector(struct instruction *i, uint8_t first)
{
	size_t payload = first == 0xc5 ? 1 : first == 0xc4 ? 2 : 3;

	if (!more(i, payload + 1))
		return BAD;
	int map = first == 0xc5 ? 1 : i->code[i->at] & (first == 0xc4 ? 0x1f : 7);
	i->at += payload;
	return follows_map(map, i->code[i->at++]);
}

static int opcode(struct instruction *i)
{
	if (!more(i, 1))
		return BAD;
	uint8_t byte = i->code[i->at++];
	if (byte == 0xc4 || byte == 0xc5 || byte == 0x62)
		return vector(i, byte);
	if (byte != 0x0f)
		/* Of a jump with that prefix processors differ. */
		return i->small && !i->wide && (byte == 0xe8 || byte == 0xe9) ? BAD
									      : follows_one(byte);
	if (!more(i, 1))
		return BAD;
	byte = i->code[i->at++];
	if (byte != 0x38 && byte != 0x3a)
		return follows(TWO_BYTES, COUNT(TWO_BYTES), byte);
	i->at++;
	return byte == 0x38 ? MODRM : MODRM_BYTE;
}

/* What it works on; its middle field, below 0: it is cut off. */
static int operand(struct instruction *i)
{
	if (!more(i, 1))
		return -1;
	uint8_t modrm = i->code[i->at++];
	int mode = modrm >> 6, base = modrm & 7;
	if (mode == 3)
		return modrm >> 3 & 7;
	if (base == 4) {
		if (!more(i, 1))
			return -1;
		base = i->code[i->at++] & 7;
	}
	i->at += mode == 1 ? 1 : mode == 2 || base == 5 ? 4 : 0;
	return modrm >> 3 & 7;
}

static size_t word(const struct instruction *i)
{
	return i->small && !i->wide ? 2 : 4;
}

size_t instruction_length(const uint8_t *code, size_t size)
{
	struct instruction i = { .code = code, .size = size < LONGEST ? size : LONGEST };

	prefixes(&i);
	int what = opcode(&i);
	int middle = 0;
	if (what == BAD)
		return 0;
	if ((what >= MODRM && what <= MODRM_WORD) || what >= TEST_BYTE)
		middle = operand(&i);
	if (middle < 0 || (what == POP && middle != 0))
		return 0;
	if (what == MODRM_BYTE || what == BYTE || (what == TEST_BYTE && middle < 2))
		i.at += 1;
	else if (what == MODRM_WORD || what == WORD || (what == TEST_WORD && middle < 2))
		i.at += word(&i);
	else if (what == LONG)
		i.at += 4;
	else if (what == SHORT || what == ENTER)
		i.at += what == SHORT ? 2 : 3;
	else if (what == ADDRESS)
		i.at += i.narrow ? 4 : 8;
	else if (what == QUAD)
		i.at += i.wide ? 8 : word(&i);
	return i.at <= i.size ? i.at : 0;
}
