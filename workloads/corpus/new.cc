// What C++ asks for by `new`: an order and the text in it, from one function.
#include "corpus.h"

#include <new>

namespace
{
struct order {
	char text[8];
};
} // namespace

SITE void *parse_order(size_t bytes)
{
	// As many as the text needs; free() is what delete[] of this does in libstdc++.
	return touch(new order[(bytes + sizeof(order) - 1) / sizeof(order)], bytes);
}
