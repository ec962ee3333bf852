/* What libstdc++ calls new and new[], by those names, and as there without a frame of their own. */
#include <stdlib.h>

void *_Znwm(size_t bytes)
{
	/* Something after the call: no jump is made of it. */
	void *block = malloc(bytes ? bytes : 1);

	if (!block)
		abort();
	return block;
}

void *_Znam(size_t bytes)
{
	char *block = _Znwm(bytes);

	*block = 1;
	return block;
}
