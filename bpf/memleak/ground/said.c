#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "ground/said.h"

static char words[4096];

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN) {
		size_t used = strlen(words);
		if (used > sizeof(words) - 512)
			used = 0;
		vsnprintf(words + used, sizeof(words) - used, format, args);
	}
	return 0;
}

static int aloud(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, args);
}

void libbpf_says(bool to_all)
{
	libbpf_set_print(to_all ? aloud : keep);
}

const char *libbpf_said(void)
{
	return words;
}

void libbpf_forget(void)
{
	words[0] = '\0';
}
