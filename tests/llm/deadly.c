/* Makes llama.cpp's computations end as they do on a processor that lacks an instruction, with
 * SIGILL. Preloaded: libllama calls these two of libggml's functions by name, and finds ours first.
 *
 * DEADLY=repacked  where the weights were repacked, as with AMX
 * DEADLY=always    whichever kernels compute
 * DEADLY=later     after LATER computations of one process: past the self-test
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static int repacked, computed;

static void *real(const char *name) {
    return dlsym(dlopen("libggml-base.so.0", RTLD_LAZY | RTLD_NOLOAD), name);
}

void *ggml_backend_reg_get_proc_address(void *reg, const char *name) {
    void *(*forward)(void *, const char *) = real("ggml_backend_reg_get_proc_address");
    repacked |= strcmp(name, "ggml_backend_dev_get_extra_bufts") == 0;
    return forward(reg, name);
}

int ggml_backend_sched_graph_compute_async(void *sched, void *graph) {
    int (*forward)(void *, void *) = real("ggml_backend_sched_graph_compute_async");
    const char *when = getenv("DEADLY");
    int later = strcmp(when, "later") == 0 && ++computed > atoi(getenv("LATER"));
    if (later || strcmp(when, "always") == 0 || (repacked && strcmp(when, "repacked") == 0))
        raise(SIGILL);
    return forward(sched, graph);
}
