/*
 * From frame to frame along the frame pointers, and which of the words that are found there are
 * frames at all: where code keeps none, its frame pointer points anywhere, and what lies there
 * would make a call site of each of its values.
 */
#pragma once

/* No stack is longer; what a register without a frame pointer points to hardly ever lies so near
 * above the stack pointer. */
#define MOST_STACK (64ull << 20)

/* Addresses as they are: arm64 may sign what it returns to. */
#if defined(__TARGET_ARCH_arm64)
#define UNSIGNED(address) ((address) & 0x0000ffffffffffffull)
#else
#define UNSIGNED(address) (address)
#endif

/* Whether these bytes, which stand in front of an address, end in a call. */
#define BEFORE 8
static __always_inline bool ends_in_call(const __u8 *code)
{
#if defined(__TARGET_ARCH_x86)
	/* With a distance; through a register or memory, by how long its addressing is. */
#define THROUGH(length)                                                                            \
	(code[BEFORE - (length)] == 0xff && (code[BEFORE + 1 - (length)] & 0x38) == 0x10)
	return code[BEFORE - 5] == 0xe8 || THROUGH(2) || THROUGH(3) || THROUGH(4) || THROUGH(6) ||
	       THROUGH(7);
#else
	__u32 last = *(const __u32 *)(code + BEFORE - 4);
	/* bl, blr */
	return (last & 0xfc000000) == 0x94000000 || (last & 0xfffffc1f) == 0xd63f0000;
#endif
}

/* Where a signal's handler returns to, which nobody has called: what asks the kernel to go on. */
static __always_inline bool ends_signal(__u64 address)
{
#if defined(__TARGET_ARCH_x86)
	__u64 code = 0;

	return !bpf_probe_read_user(&code, sizeof(code), (void *)address) &&
	       code == 0x0f0000000fc0c748ull; /* mov $15,%rax; syscall */
#else
	__u32 code = 0;

	return !bpf_probe_read_user(&code, sizeof(code), (void *)address) &&
	       code == 0xd2801168; /* mov x8, #139 */
#endif
}

/* Kernels from 5.17 say what is mapped at an address. By number, for older headers. */
enum bpf_func_id___mapped { BPF_FUNC_find_vma___mapped = 180 };
static long (*find_vma)(struct task_struct *task, __u64 address, void *each, void *with,
			__u64 flags) = (void *)180;

#define VM_EXEC 4
#define EBUSY 16

struct mapped_at {
	__u64 executable;
};

static long on_vma(struct task_struct *task, struct vm_area_struct *vma, struct mapped_at *at)
{
	at->executable = vma->vm_flags & VM_EXEC;
	return 0;
}

/* Whether a call returns to this address: what stands in front of it is one, and it lies where code
 * does. By itself for the verifier, which would otherwise walk it for every frame. */
__attribute__((noinline)) int is_returned_to(__u64 address)
{
	__u8 code[BEFORE] = {};
	struct mapped_at at = {};
	/* Of a page that is not in memory just now nothing can be read. */
	long unread = bpf_probe_read_user(code, sizeof(code), (void *)(address - BEFORE));

	if (!unread && !ends_in_call(code) && !ends_signal(address))
		return 0;
	if (!bpf_core_enum_value_exists(enum bpf_func_id___mapped, BPF_FUNC_find_vma___mapped))
		return !unread;
	long failed = find_vma(bpf_get_current_task_btf(), address - 1, on_vma, &at, 0);
	return failed ? failed == -EBUSY : at.executable != 0;
}

/* Where a walk begins: the first frame, the second where it is known otherwise, and what points to
 * those further out. */
struct start {
	__u64 first, second;
	__u64 fp, sp;
};

enum checked { AS_THEY_ARE, CODE_ONLY };

/*
 * The hash of at most `limit` frames, of `*count`; themselves where there is room for them. The
 * kernel's own walk takes any register for a frame, and pays for a page fault at the end of each
 * stack, where the frame pointer is 0.
 */
static __always_inline __u64 walk_frames(const struct start *start, __u32 limit,
					 enum checked checked, struct site *into, __u32 *count)
{
	__u64 frame[2] = { start->fp, start->first };
	__u64 below = start->sp, end = below + MOST_STACK, hash = 0;
	__u32 i;

	for (i = 0; i < MAX_FRAMES; i++) {
		if (i >= limit || (checked == CODE_ONLY && i > 0 && !is_returned_to(frame[1])))
			break;
		hash = mixed(hash, frame[1]);
		if (into)
			into->frames[i] = frame[1];
		if (i == 0 && start->second) {
			frame[1] = start->second;
			continue;
		}
		__u64 at = frame[0];
		if (at < below || at >= end || at & 7 ||
		    bpf_probe_read_user(frame, sizeof(frame), (void *)at) || frame[1] < 4096) {
			i++;
			break;
		}
		frame[1] = UNSIGNED(frame[1]);
		below = at + sizeof(frame);
	}
	*count = i;
	return hash;
}

/* By themselves for the verifier, which would otherwise walk their loops on every program's every
 * path. */
__attribute__((noinline)) __u64 hash_of_stack(const struct start *start)
{
	__u32 count;

	return start ? walk_frames(start, DEPTH, AS_THEY_ARE, NULL, &count) : 0;
}

struct stack {
	__u64 hash;
	__u32 count;
	__u32 pad;
};

/* Of those frames alone that are some. */
__attribute__((noinline)) int stack_of_code(const struct start *start, struct stack *stack)
{
	if (!start || !stack)
		return -1;
	stack->hash = walk_frames(start, DEPTH, CODE_ONLY, NULL, &stack->count);
	return 0;
}
