/* Two callers of new, one of new[], one of malloc, a hundred times a second. */
#include <stdlib.h>
#include <unistd.h>

void *_Znwm(size_t bytes);
void *_Znam(size_t bytes);

static char *volatile kept;

__attribute__((noinline)) void first_new(void)
{
	kept = _Znwm(100);
}

__attribute__((noinline)) void second_new(void)
{
	kept = _Znwm(200);
}

__attribute__((noinline)) void array_new(void)
{
	kept = _Znam(300);
}

__attribute__((noinline)) void no_new(void)
{
	kept = malloc(400);
}

int main(void)
{
	for (int i = 0; i < 3000; i++) {
		first_new();
		second_new();
		no_new();
		array_new();
		usleep(10000);
	}
	return 0;
}
