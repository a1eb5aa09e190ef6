// A plugin for qemu-user that counts the instructions a program runs, in a file that another process can read meanwhile.
// The few declarations that it needs are written out, since Debian's package has no header; they are those of plugin API 1.
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
enum { add_u64 = 0 };

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int, void *, uint64_t);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static uint64_t *count;

// Each block of code that is translated adds the number of its instructions whenever it runs.
static void on_translated(plugin_id id, struct qemu_plugin_tb *block)
{
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(block, add_u64, count, qemu_plugin_tb_n_insns(block));
}

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    (void)info;
    const char *file = NULL;
    for (int index = 0; index < argc; index++)
        if (strncmp(argv[index], "out=", 4) == 0) file = argv[index] + 4;
    if (file == NULL) return 1;
    int descriptor = open(file, O_RDWR | O_CREAT, 0644);
    if (descriptor < 0 || ftruncate(descriptor, sizeof *count) != 0) return 1;
    count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (count == MAP_FAILED) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    return 0;
}
