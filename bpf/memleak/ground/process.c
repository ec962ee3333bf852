#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/files.h"
#include "ground/process.h"

static FILE *open_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return fopen(path, "re");
}

/* PF_KTHREAD, as include/linux/sched.h has it. */
#define KERNEL_THREAD 0x00200000u

static bool is_of_kernel(pid_t pid)
{
	FILE *file = open_file(pid, "stat");
	char line[1024];
	unsigned flags = 0;

	if (!file)
		return false;
	line[fread(line, 1, sizeof(line) - 1, file)] = '\0';
	fclose(file);
	/* Its name may hold anything, brackets and blanks too. */
	const char *after = strrchr(line, ')');
	return after && sscanf(after, ") %*c %*d %*d %*d %*d %*d %u", &flags) == 1 &&
	       flags & KERNEL_THREAD;
}

struct life life_of(pid_t pid)
{
	struct life life = { .living = NOBODY };
	FILE *file = open_file(pid, "status");
	char line[256], state = 0;
	int threads = 0, process = 0;

	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "State: %c", &state);
		sscanf(line, "Tgid: %d", &process);
		sscanf(line, "Threads: %d", &threads);
	}
	if (file)
		fclose(file);
	if (!process)
		return life;
	life.process = process;
	life.stopped = state == 'T' || state == 't';
	life.living = process != pid	  ? A_THREAD
		      : state == 'Z'	  ? threads > 1 ? FIRST_THREAD_ENDED : A_ZOMBIE
		      : is_of_kernel(pid) ? OF_THE_KERNEL
					  : A_PROCESS;
	return life;
}

bool is_32bit(pid_t pid)
{
	unsigned char head[EI_NIDENT];
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	int fd = file_open(path);
	bool yes = fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
		   head[EI_CLASS] == ELFCLASS32;
	if (fd >= 0)
		close(fd);
	return yes;
}

void comm_of(pid_t pid, char *into, size_t room)
{
	FILE *file = open_file(pid, "comm");

	into[0] = '\0';
	if (!file)
		return;
	if (fgets(into, (int)room, file))
		into[strcspn(into, "\n")] = '\0';
	fclose(file);
}

uint64_t rss_of(pid_t pid)
{
	FILE *file = open_file(pid, "statm");
	uint64_t total, resident = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &total, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t own_memory_of(pid_t pid)
{
	static const char *const FIELDS[] = { "RssAnon: %" SCNu64, "RssShmem: %" SCNu64,
					      "VmSwap: %" SCNu64 };
	FILE *file = open_file(pid, "status");
	uint64_t sum = 0, kib;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++)
			if (sscanf(line, FIELDS[i], &kib) == 1)
				sum += kib << 10;
	if (file)
		fclose(file);
	return sum;
}

static uint32_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

uint32_t program_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return inode_of(path);
}

uint32_t mntns_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return inode_of(path);
}

uint32_t own_pidns(void)
{
	return inode_of("/proc/self/ns/pid");
}
