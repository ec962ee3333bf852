/* The workload in C++: new and delete in their forms, containers, exceptions. */
#include "ledger.h"

#include <cstdint>
#include <cstdlib>
#include <list>
#include <map>
#include <new>
#include <string>
#include <vector>

namespace
{

/* Gives containers blocks that are in the ledger, wherever in it there is room. */
template <typename T> struct recorded {
	using value_type = T;

	recorded() = default;
	template <typename U> recorded(const recorded<U> &)
	{
	}

	T *allocate(size_t n)
	{
		void *block = ::operator new(n * sizeof(T));
		for (size_t i = 0; i < ledger->capacity; i++) {
			if (!ledger->entries[i].alive) {
				enter(&ledger->entries[i], block, n * sizeof(T));
				return static_cast<T *>(block);
			}
		}
		fail("the ledger is full");
		return nullptr;
	}
	void deallocate(T *block, size_t)
	{
		for (size_t i = 0; i < ledger->capacity; i++) {
			if (ledger->entries[i].alive &&
			    ledger->entries[i].address == (uint64_t)block) {
				::operator delete(leave(&ledger->entries[i]));
				return;
			}
		}
		fail("a block that is in no ledger");
	}
	bool operator==(const recorded &) const
	{
		return true;
	}
};

using text = std::basic_string<char, std::char_traits<char>, recorded<char>>;
using numbers = std::vector<int, recorded<int>>;
using texts = std::list<text, recorded<text>>;
using names = std::map<int, text, std::less<int>, recorded<std::pair<const int, text>>>;

struct alignas(128) wide {
	char bytes[256];
};

struct plain {
	uint64_t bytes[5];
};

/* What is still there at the end, on purpose. */
struct all {
	numbers vector;
	texts list;
	names map;
};

alignas(all) unsigned char room[sizeof(all)];

/* new fails, and is caught: the exception's own memory comes and goes. */
void refused()
{
	static volatile size_t too_much = SIZE_MAX / 4;

	/* mimalloc, which is C, ends the program in place of throwing. */
	if (getenv("NEVER_FAILS"))
		return;

	try {
		::operator delete(::operator new(too_much));
		fail("a new that must fail did not");
	} catch (const std::bad_alloc &) {
	}
	if (::operator new(too_much, std::nothrow) != nullptr)
		fail("a new that must fail did not");
}

template <typename T> void one(struct entry *entry, uint64_t &random)
{
	enter(entry, new T, sizeof(T));
	if (next(&random) % 2)
		delete static_cast<T *>(leave(entry));
}

void several(struct entry *entry, uint64_t &random)
{
	/* Not 0: libstdc++ asks malloc for 1 byte then. */
	size_t n = 1 + next(&random) % 500;

	enter(entry, new int[n], n * sizeof(int));
	if (next(&random) % 2)
		delete[] static_cast<int *>(leave(entry));
}

void without_throwing(struct entry *entry, uint64_t &random)
{
	enter(entry, new (std::nothrow) plain, sizeof(plain));
	if (next(&random) % 2)
		delete static_cast<plain *>(leave(entry));
}

void go()
{
	auto *kept = new (room) all;
	uint64_t random = 4;
	/* The first half is this loop's, the rest is the containers'. */
	size_t half = count / 2;

	for (size_t i = 0; i < half; i++) {
		struct entry *entry = &ledger->entries[i];
		switch (i % 4) {
		case 0:
			one<plain>(entry, random);
			break;
		case 1:
			one<wide>(entry, random);
			break;
		case 2:
			several(entry, random);
			break;
		case 3:
			without_throwing(entry, random);
			break;
		}
		if (i % 100 == 0)
			refused();
	}
	for (int i = 0; i < 300; i++) {
		kept->vector.push_back(i);
		kept->list.emplace_back(static_cast<size_t>(i), 'x');
		kept->map[i % 100] += "a text that is longer than what fits inside";
		if (i % 3 == 0)
			kept->list.pop_front();
	}
	kept->map.erase(7);
}

} // namespace

/* The first exception makes libgcc allocate what it keeps. */
const struct workload workloads[] = {{"new", refused, go, nullptr},
				     {nullptr, nullptr, nullptr, nullptr}};
