/* Keeps five of each kind of new, gives others back by each kind of delete, and fails once. */
#include <cstdint>
#include <cstdlib>
#include <new>

#include "waits.h"

struct alignas(64) wide {
	char bytes[256];
};
struct plain {
	char bytes[200];
};

static void *volatile kept;

__attribute__((noinline)) void *keeps_new()
{
	return kept = new plain;
}

__attribute__((noinline)) void *keeps_array()
{
	return kept = new char[777];
}

__attribute__((noinline)) void *keeps_aligned()
{
	return kept = new wide;
}

__attribute__((noinline)) void *keeps_nothrow()
{
	return kept = new (std::nothrow) char[333];
}

__attribute__((noinline)) void *keeps_malloc()
{
	return kept = malloc(555);
}

static void fails()
{
	volatile size_t much = SIZE_MAX / 4;

	try {
		kept = ::operator new(much);
	} catch (const std::bad_alloc &) {
	}
}

/* With an argument nothing fails: mimalloc ends the program then. */
int main(int argc, char **)
{
	wait_for_go();
	for (int i = 0; i < 5; i++) {
		keeps_new();
		if (argc == 1)
			fails();
		keeps_array();
		keeps_aligned();
		keeps_nothrow();
		keeps_malloc();
	}
	for (int i = 0; i < 20; i++) {
		delete static_cast<plain *>(keeps_new());
		delete[] static_cast<char *>(keeps_array());
		delete static_cast<wide *>(keeps_aligned());
		::operator delete(keeps_new(), sizeof(plain));
	}
	say_done();
}
