/* A library to be opened and closed. */
#include "told.h"

#ifndef NAME
#define NAME told
#endif

__attribute__((noinline)) void NAME(void)
{
	TELL();
}

void begin(void)
{
	NAME();
	__asm__ volatile("");
}
