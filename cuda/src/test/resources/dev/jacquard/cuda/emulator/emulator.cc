// Stands in for libcuda, libnvrtc and libcublas where there is no GPU, for tests only.
//
// Kernels are compiled by g++ for the CPU and run thread by thread. Work is done as late as the
// driver may do it, when somebody waits for it: a host that forgets to wait reads old numbers. What
// a GPU would let pass or answer with a bare code is refused with a sentence: loads and stores
// outside of an allocation or of one that was given back, races in shared memory, barriers that not
// all threads reach, parameters of the wrong size, blocks beyond the limits, memory never given back.
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "cuda_names.h"
#include "device.h"

namespace {

using std::string;

std::recursive_mutex lock;
typedef std::lock_guard<std::recursive_mutex> Locked;

// ---- errors ----

constexpr int OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_DEVICE = 101,
              INVALID_IMAGE = 200, INVALID_CONTEXT = 201, INVALID_HANDLE = 400, NOT_FOUND = 500,
              ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719;

int sticky = OK;    // once a kernel has failed, so does everything
string report = ""; // the last error in words
int reported = OK;  // its code

int fail(int code, const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  report = text;
  reported = code;
  return code;
}

bool started = false;
int driverVersion = 13000; // what cuDriverGetVersion says
bool isWithoutDevice = false;
thread_local bool hasContext = false;

int ready() {
  if (sticky) return sticky;
  if (!started) return fail(NOT_INITIALIZED, "cuInit was not called");
  if (!hasContext) return fail(INVALID_CONTEXT, "the thread has no context");
  return OK;
}

// ---- memory ----

constexpr size_t GAP = 256;                 // before and after each block, part of none
constexpr size_t TOTAL = (size_t)1 << 31;   // what the device claims to have
constexpr size_t QUARANTINE = (size_t)1 << 28; // freed bytes that are kept to recognise late uses

struct Block {
  size_t bytes;
  bool live;
  char* base;
};

std::map<uintptr_t, Block> blocks; // by address
std::deque<uintptr_t> freed;
size_t freedBytes = 0, liveBytes = 0;
uintptr_t lastFrom = 1, lastTo = 0; // the block that was found last

/// The block that begins last of those not behind the address; null if there is none.
std::pair<const uintptr_t, Block>* blockBefore(uintptr_t at) {
  auto next = blocks.upper_bound(at);
  return next == blocks.begin() ? nullptr : &*--next;
}

bool isLive(uintptr_t at, size_t bytes) {
  if (at >= lastFrom && at + bytes <= lastTo) return true;
  auto* found = blockBefore(at);
  if (!found || !found->second.live || at + bytes > found->first + found->second.bytes) return false;
  lastFrom = found->first;
  lastTo = found->first + found->second.bytes;
  return true;
}

string describe(uintptr_t at) {
  auto* found = blockBefore(at);
  char text[160];
  if (!found || at > found->first + found->second.bytes + (1 << 20)) {
    snprintf(text, sizeof text, "at %#zx, which no allocation is near", (size_t)at);
  } else if (!found->second.live) {
    snprintf(text, sizeof text, "in memory that was freed, %zu bytes into a block of %zu",
             (size_t)(at - found->first), found->second.bytes);
  } else {
    long behind = (long)(at - found->first) - (long)found->second.bytes;
    snprintf(text, sizeof text, "%ld bytes behind the end of a block of %zu", behind,
             found->second.bytes);
  }
  return text;
}

int allocate(uint64_t* result, size_t bytes) {
  if (int code = ready()) return code;
  if (bytes == 0) return fail(INVALID_VALUE, "an allocation of 0 bytes");
  if (bytes > TOTAL - liveBytes) return fail(OUT_OF_MEMORY, "out of memory");
  char* base = (char*)aligned_alloc(256, (bytes + 2 * GAP + 255) / 256 * 256);
  memset(base, 0xff, bytes + 2 * GAP); // NaN, so that nobody relies on zeros
  uintptr_t at = (uintptr_t)base + GAP;
  blocks[at] = {bytes, true, base};
  liveBytes += bytes;
  *result = at;
  return OK;
}

// ---- streams ----

struct Event {
  bool recorded = false, done = true;
  void* stream = nullptr;
  double millis = 0;
};

struct Stream {
  std::deque<std::function<void()>> work;
  bool running = false;
};

Stream defaultStream;
std::set<Stream*> streams;
std::set<Event*> events;

Stream* streamOf(uint64_t handle) {
  if (handle == 0) return &defaultStream;
  Stream* stream = (Stream*)handle;
  return streams.count(stream) ? stream : nullptr;
}

void runUntil(Stream* stream, const std::function<bool()>& done) {
  while (!done() && !stream->work.empty()) {
    std::function<void()> next = std::move(stream->work.front());
    stream->work.pop_front();
    if (!sticky) next();
  }
}

void drain(Stream* stream) {
  runUntil(stream, [] { return false; });
}

void drainAll() {
  drain(&defaultStream);
  for (Stream* stream : streams) drain(stream);
}

int enqueue(uint64_t handle, std::function<void()> work) {
  Stream* stream = streamOf(handle);
  if (!stream) return fail(INVALID_HANDLE, "no such stream");
  stream->work.push_back(std::move(work));
  return OK;
}

double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

// ---- running a block ----

constexpr int MOST_THREADS = 1024, WARP = 32;
constexpr size_t STACK = 64 << 10;

enum State { FRESH, RUNNING, AT_BARRIER, AT_SHUFFLE, DONE };

struct Fiber {
  jmp_buf place;
  ucontext_t start;
  State state;
  bool isStarted = false; // its loop runs on its stack
  unsigned bits;          // what it gives to a shuffle
};

struct Module {
  void* library;
  EmulatorKernel* kernels;
  int count;
  char* shared;
  char* sharedEnd;
};

struct Function {
  Module* module;
  EmulatorKernel* kernel;
};

std::set<Module*> modules;
std::set<Function*> functions;

Fiber fibers[MOST_THREADS];
char* stacks = nullptr;
jmp_buf scheduler;
int current = -1; // the thread that runs; -1 outside of kernels
unsigned threads, blocksX, blocksY, blockX, blockY;
Function* running;
const char* parameters;
bool aborted;

char *sharedFrom, *sharedTo;
struct Shadow { // of one word of shared memory
  int writer, writeEpoch, reader, readEpoch;
};
std::vector<Shadow> shadows;
int epoch; // grows with each barrier

void fiberLoop() {
  for (;;) {
    running->kernel->call(parameters);
    fibers[current].state = DONE;
    if (_setjmp(fibers[current].place) == 0) _longjmp(scheduler, 1);
  }
}

void resume(int thread) {
  current = thread;
  Fiber& fiber = fibers[thread];
  fiber.state = RUNNING;
  if (_setjmp(scheduler) == 0) {
    if (fiber.isStarted) _longjmp(fiber.place, 1);
    fiber.isStarted = true;
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = stacks + thread * STACK;
    fiber.start.uc_stack.ss_size = STACK;
    fiber.start.uc_link = nullptr;
    makecontext(&fiber.start, fiberLoop, 0);
    setcontext(&fiber.start);
  }
  current = -1;
}

void yieldAs(State state) {
  fibers[current].state = state;
  if (_setjmp(fibers[current].place) == 0) _longjmp(scheduler, 1);
}

/// Ends the grid with an error; never returns to the thread that calls it.
void abortGrid(int code, const string& what) {
  fail(code, "kernel %s, block (%u, %u), thread %d: %s", running->kernel->name, blockX, blockY, current,
       what.c_str());
  sticky = code;
  aborted = true;
  for (Fiber& fiber : fibers) fiber.isStarted = false; // their stacks are left as they are
  _longjmp(scheduler, 1);
}

void runBlock() {
  memset(sharedFrom, 0xff, sharedTo - sharedFrom); // arbitrary at the start, as on a GPU
  epoch++;
  for (unsigned t = 0; t < threads; t++) fibers[t].state = FRESH;
  for (;;) {
    bool ran = false;
    unsigned done = 0, barrier = 0;
    for (unsigned t = 0; t < threads && !aborted; t++) {
      if (fibers[t].state == FRESH || fibers[t].state == RUNNING) {
        resume((int)t);
        ran = true;
      }
    }
    if (aborted) return;
    for (unsigned from = 0; from < threads; from += WARP) {
      unsigned to = from + WARP < threads ? from + WARP : threads, waiting = 0, over = 0;
      for (unsigned t = from; t < to; t++) {
        waiting += fibers[t].state == AT_SHUFFLE;
        over += fibers[t].state == DONE;
        barrier += fibers[t].state == AT_BARRIER;
      }
      done += over;
      if (waiting > 0 && waiting + over == to - from) {
        for (unsigned t = from; t < to; t++) {
          if (fibers[t].state == AT_SHUFFLE) fibers[t].state = RUNNING;
        }
        ran = true;
      }
    }
    if (done == threads) return;
    if (barrier > 0 && barrier + done == threads) {
      if (done > 0) {
        current = 0;
        fail(LAUNCH_FAILED, "kernel %s, block (%u, %u): %u threads ended while %u wait at a barrier",
             running->kernel->name, blockX, blockY, done, barrier);
      } else {
        for (unsigned t = 0; t < threads; t++) fibers[t].state = RUNNING;
        epoch++;
        continue;
      }
    } else if (ran) {
      continue;
    } else {
      fail(LAUNCH_FAILED, "kernel %s, block (%u, %u): threads wait for each other at different places",
           running->kernel->name, blockX, blockY);
    }
    sticky = LAUNCH_FAILED;
    aborted = true;
    for (Fiber& fiber : fibers) fiber.isStarted = false;
    return;
  }
}

void runGrid(Function* function, unsigned gridX, unsigned gridY, unsigned blockThreads,
             const std::vector<char>& values) {
  if (!stacks) {
    stacks = (char*)mmap(nullptr, MOST_THREADS * STACK, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  running = function;
  parameters = values.data();
  threads = blockThreads;
  blocksX = gridX;
  blocksY = gridY;
  aborted = false;
  sharedFrom = function->module->shared;
  sharedTo = function->module->sharedEnd;
  shadows.assign((sharedTo - sharedFrom + 3) / 4, Shadow{-1, 0, -1, 0});
  for (blockY = 0; blockY < gridY && !aborted; blockY++) {
    for (blockX = 0; blockX < gridX && !aborted; blockX++) {
      runBlock();
    }
  }
}

void checkShared(size_t offset, size_t bytes, bool writes) {
  for (size_t word = offset / 4; word <= (offset + bytes - 1) / 4; word++) {
    Shadow& s = shadows[word];
    bool othersWrite = s.writeEpoch == epoch && s.writer != current;
    bool othersRead = s.readEpoch == epoch && s.reader != current;
    if (othersWrite || (writes && othersRead)) {
      abortGrid(LAUNCH_FAILED,
                string(writes ? "write" : "read") + " of shared memory without a barrier after the " +
                    (othersWrite ? "write" : "read") + " of thread " +
                    std::to_string(othersWrite ? s.writer : s.reader));
    }
    if (writes) {
      s.writer = current;
      s.writeEpoch = epoch;
    } else {
      s.reader = s.readEpoch == epoch && s.reader != current ? MOST_THREADS : current;
      s.readEpoch = epoch;
    }
  }
}

inline void access(void* pointer, size_t bytes, bool writes) {
  if (current < 0) return;
  char* p = (char*)pointer;
  if (p >= stacks && p < stacks + MOST_THREADS * STACK) return; // a thread's own variables
  if (p >= sharedFrom && p < sharedTo) {
    checkShared(p - sharedFrom, bytes, writes);
  } else if (!isLive((uintptr_t)p, bytes)) {
    abortGrid(ILLEGAL_ADDRESS, string(writes ? "write of " : "read of ") + std::to_string(bytes) +
                                   " bytes " + describe((uintptr_t)p));
  }
}

bool isLiveRange(uint64_t at, size_t bytes) { return bytes == 0 || isLive(at, bytes); }

// ---- compiling ----

struct Program {
  string source, name, log, image;
};

string folder() { // where this library lies; compiled kernels go there too
  Dl_info info;
  dladdr((void*)&folder, &info);
  string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

string readFile(const string& path) {
  string text;
  if (FILE* file = fopen(path.c_str(), "r")) {
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) text.append(part, n);
    fclose(file);
  }
  return text;
}

void writeFile(const string& path, const string& text) {
  FILE* file = fopen(path.c_str(), "w");
  fwrite(text.data(), 1, text.size(), file);
  fclose(file);
}

/// The names behind each `extern "C" __global__ void`.
std::vector<string> kernelNames(const string& source) {
  const string start = "extern \"C\" __global__ void";
  std::vector<string> names;
  for (size_t at = source.find(start); at != string::npos; at = source.find(start, at)) {
    at += start.size();
    size_t open = source.find('(', at);
    size_t from = source.find_last_of(" )\n", open) + 1;
    names.push_back(source.substr(from, open - from));
    at = open;
  }
  return names;
}

int compile(Program* program) {
  string source = "#include \"device.h\"\n#line 1 \"" + program->name + "\"\n" + program->source + "\n";
  source += "extern \"C\" {\n"
            "extern char __start_jacquard_shared[] __attribute__((weak, visibility(\"hidden\")));\n"
            "extern char __stop_jacquard_shared[] __attribute__((weak, visibility(\"hidden\")));\n"
            "char* emulator_shared[] = {__start_jacquard_shared, __stop_jacquard_shared};\n"
            "EmulatorKernel emulator_kernels[] = {";
  std::vector<string> names = kernelNames(program->source);
  for (const string& name : names) source += "EMULATOR_KERNEL(" + name + "),\n";
  source += "{}};\nint emulator_kernel_count = " + std::to_string(names.size()) + "; }\n";
  string base = folder() + "/k" + std::to_string(std::hash<string>()(source));
  program->image = "emulated " + base + ".so";
  if (::access((base + ".so").c_str(), R_OK) == 0) return 0;
  writeFile(base + ".cc", source);
  string common = " 2> '" + base + ".log'";
  string first = "g++ -std=c++20 -O1 -fPIC -ffp-contract=off -fno-math-errno -fno-strict-aliasing "
                 "-fsanitize=thread --param=tsan-instrument-func-entry-exit=0 -Wall -Werror "
                 "-Wno-unused-function -Wno-unknown-pragmas -I'" + folder() + "' -c '" + base + ".cc' -o '" + base + ".o'" + common;
  string second = "g++ -shared -o '" + base + ".tmp' '" + base + ".o' '" + folder() + "/libcuda.so.1'" + common;
  bool good = system(first.c_str()) == 0 && system(second.c_str()) == 0;
  program->log = readFile(base + ".log");
  if (!good) return 6; // NVRTC_ERROR_COMPILATION
  rename((base + ".tmp").c_str(), (base + ".so").c_str());
  return 0;
}

} // namespace

// ---- what compiled kernels call ----

extern "C" {
unsigned emulator_thread() { return (unsigned)current; }
unsigned emulator_block_x() { return blockX; }
unsigned emulator_block_y() { return blockY; }
unsigned emulator_threads() { return threads; }
unsigned emulator_blocks_x() { return blocksX; }
unsigned emulator_blocks_y() { return blocksY; }
void emulator_barrier() { yieldAs(AT_BARRIER); }
void emulator_atomic(void* p, int bytes) {
  if (!((char*)p >= sharedFrom && (char*)p < sharedTo)) access(p, bytes, true);
}

unsigned emulator_shuffle(unsigned bits, int lane) {
  int me = current;
  fibers[me].bits = bits;
  yieldAs(AT_SHUFFLE); // until all of the warp have given theirs
  unsigned other = (unsigned)(me / WARP * WARP + lane);
  unsigned result = other < threads ? fibers[other].bits : bits;
  yieldAs(AT_SHUFFLE); // until all have read
  return result;
}

#define ACCESS(n)                                                         \
  void __tsan_read##n(void* p) { access(p, n, false); }                   \
  void __tsan_write##n(void* p) { access(p, n, true); }                   \
  void __tsan_unaligned_read##n(void* p) { access(p, n, false); }         \
  void __tsan_unaligned_write##n(void* p) { access(p, n, true); }         \
  void __tsan_read_write##n(void* p) { access(p, n, true); }
ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)
void __tsan_read_range(void* p, size_t n) { access(p, n, false); }
void __tsan_write_range(void* p, size_t n) { access(p, n, true); }
void __tsan_vptr_update(void*, void*) {}
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}

// ---- libcuda ----

typedef uint64_t H; // a handle, a size or a device address

int cuInit(unsigned) {
  Locked l(lock);
  if (isWithoutDevice) return fail(100, "no CUDA-capable device is detected");
  started = true;
  return sticky;
}

int cuDriverGetVersion(int* version) {
  *version = driverVersion;
  return OK;
}

int cuGetErrorName(int code, const char** name) {
  *name = errorName(code);
  return *name ? OK : INVALID_VALUE;
}

int cuGetErrorString(int code, const char** text) {
  static string copy;
  Locked l(lock);
  copy = code == reported ? report : "error";
  *text = copy.c_str();
  return OK;
}

int cuDeviceGetCount(int* count) {
  *count = 2;
  return started ? OK : NOT_INITIALIZED;
}

int cuDeviceGet(int* device, int ordinal) {
  if (ordinal < 0 || ordinal > 1) return fail(INVALID_DEVICE, "device %d of 2", ordinal);
  *device = ordinal;
  return OK;
}

int cuDeviceGetName(char* name, int length, int device) {
  snprintf(name, length, "emulated device %d", device);
  return OK;
}

int cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = TOTAL;
  return OK;
}

int cuDeviceGetAttribute(int* value, int attribute, int) {
  switch (attribute) {
    case 16: *value = 4; return OK;    // multiprocessors
    case 75: *value = 9; return OK;    // compute capability, major
    case 76: *value = 0; return OK;    // and minor
    case 83: *value = 1; return OK;    // managed memory
    case 89: *value = 1; return OK;    // concurrent managed access
    default: return fail(INVALID_VALUE, "attribute %d is not emulated", attribute);
  }
}

static int retained = 0;

int cuDevicePrimaryCtxRetain(H* context, int device) {
  Locked l(lock);
  if (!started) return fail(NOT_INITIALIZED, "cuInit was not called");
  if (sticky) return sticky;
  retained++;
  *context = 0x1000 + device;
  return OK;
}

int cuDevicePrimaryCtxRelease_v2(int) {
  Locked l(lock);
  if (retained == 0) return fail(INVALID_CONTEXT, "released more often than retained");
  drainAll();
  retained--;
  return OK;
}

int cuCtxSetCurrent(H context) {
  if (context != 0 && (context < 0x1000 || context > 0x1001)) return fail(INVALID_CONTEXT, "no context");
  hasContext = context != 0;
  return OK;
}

int cuCtxSynchronize() {
  Locked l(lock);
  if (int code = ready()) return code;
  drainAll();
  return sticky;
}

int cuMemAlloc_v2(H* result, size_t bytes) {
  Locked l(lock);
  return allocate(result, bytes);
}

int cuMemAllocManaged(H* result, size_t bytes, unsigned flags) {
  Locked l(lock);
  if (flags != 1) return fail(INVALID_VALUE, "flags %u; need CU_MEM_ATTACH_GLOBAL", flags);
  return allocate(result, bytes);
}

int cuMemFree_v2(H address) {
  Locked l(lock);
  if (!started || !hasContext) return ready();
  drainAll();
  auto found = blocks.find(address);
  if (found == blocks.end() || !found->second.live) {
    return fail(INVALID_VALUE, "freed what is no live allocation: %#zx", (size_t)address);
  }
  found->second.live = false;
  lastFrom = 1, lastTo = 0;
  liveBytes -= found->second.bytes;
  freedBytes += found->second.bytes;
  freed.push_back(address);
  while (freedBytes > QUARANTINE) {
    Block& oldest = blocks[freed.front()];
    freedBytes -= oldest.bytes;
    free(oldest.base);
    blocks.erase(freed.front());
    freed.pop_front();
  }
  return sticky;
}

int cuMemGetInfo_v2(size_t* freeBytes, size_t* total) {
  Locked l(lock);
  *freeBytes = TOTAL - liveBytes;
  *total = TOTAL;
  return OK;
}

static int move(H to, H from, size_t bytes, H stream, bool checksTo, bool checksFrom) {
  Locked l(lock);
  if (int code = ready()) return code;
  if ((checksTo && !isLiveRange(to, bytes)) || (checksFrom && !isLiveRange(from, bytes))) {
    return fail(INVALID_VALUE, "copy of %zu bytes leaves an allocation", bytes);
  }
  return enqueue(stream, [=] { memmove((void*)to, (void*)from, bytes); });
}

int cuMemcpyHtoDAsync_v2(H to, const void* from, size_t bytes, H stream) {
  return move(to, (H)from, bytes, stream, true, false);
}

int cuMemcpyDtoHAsync_v2(void* to, H from, size_t bytes, H stream) {
  return move((H)to, from, bytes, stream, false, true);
}

int cuMemcpyDtoDAsync_v2(H to, H from, size_t bytes, H stream) {
  return move(to, from, bytes, stream, true, true);
}

int cuMemsetD32Async(H to, unsigned word, size_t count, H stream) {
  Locked l(lock);
  if (int code = ready()) return code;
  if (to % 4 || !isLiveRange(to, 4 * count)) {
    return fail(INVALID_VALUE, "fill of %zu words leaves an allocation", count);
  }
  return enqueue(stream, [=] {
    for (size_t i = 0; i < count; i++) ((unsigned*)to)[i] = word;
  });
}

int cuStreamCreate(H* stream, unsigned) {
  Locked l(lock);
  if (int code = ready()) return code;
  Stream* s = new Stream;
  streams.insert(s);
  *stream = (H)s;
  return OK;
}

int cuStreamSynchronize(H stream) {
  Locked l(lock);
  if (int code = ready()) return code;
  Stream* s = streamOf(stream);
  if (!s) return fail(INVALID_HANDLE, "no such stream");
  drain(s);
  return sticky;
}

int cuStreamDestroy_v2(H stream) {
  Locked l(lock);
  Stream* s = streamOf(stream);
  if (!s || stream == 0) return fail(INVALID_HANDLE, "no such stream");
  drain(s);
  streams.erase(s);
  delete s;
  return sticky;
}

int cuEventCreate(H* event, unsigned) {
  Locked l(lock);
  if (int code = ready()) return code;
  Event* e = new Event;
  events.insert(e);
  *event = (H)e;
  return OK;
}

int cuEventRecord(H event, H stream) {
  Locked l(lock);
  if (int code = ready()) return code;
  Event* e = (Event*)event;
  if (!events.count(e)) return fail(INVALID_HANDLE, "no such event");
  e->recorded = true;
  e->done = false;
  e->stream = streamOf(stream);
  return enqueue(stream, [=] {
    e->done = true;
    e->millis = now();
  });
}

static void reach(Event* e) {
  if (!e->done) runUntil((Stream*)e->stream, [=] { return e->done; });
}

int cuEventSynchronize(H event) {
  Locked l(lock);
  if (int code = ready()) return code;
  Event* e = (Event*)event;
  if (!events.count(e)) return fail(INVALID_HANDLE, "no such event");
  reach(e);
  return sticky;
}

int cuStreamWaitEvent(H stream, H event, unsigned) {
  Locked l(lock);
  if (int code = ready()) return code;
  Event* e = (Event*)event;
  if (!events.count(e)) return fail(INVALID_HANDLE, "no such event");
  return enqueue(stream, [=] { reach(e); });
}

int cuEventElapsedTime(float* millis, H start, H end) {
  Locked l(lock);
  Event *a = (Event*)start, *b = (Event*)end;
  if (!events.count(a) || !events.count(b) || !a->recorded || !b->recorded) {
    return fail(INVALID_HANDLE, "an event that was not recorded");
  }
  if (!a->done || !b->done) return fail(600, "events that were not reached");
  *millis = (float)(b->millis - a->millis);
  return OK;
}

int cuEventDestroy_v2(H event) {
  Locked l(lock);
  Event* e = (Event*)event;
  if (!events.count(e)) return fail(INVALID_HANDLE, "no such event");
  reach(e);
  events.erase(e);
  delete e;
  return OK;
}

int cuModuleLoadData(H* result, const void* image) {
  Locked l(lock);
  if (int code = ready()) return code;
  string text = strncmp((const char*)image, "emulated ", 9) == 0 ? (const char*)image + 9 : "";
  if (text.empty()) return fail(INVALID_IMAGE, "not an image of the emulated compiler");
  void* library = dlopen(text.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) return fail(INVALID_IMAGE, "%s", dlerror());
  char** shared = (char**)dlsym(library, "emulator_shared");
  Module* module = new Module{library, (EmulatorKernel*)dlsym(library, "emulator_kernels"),
                              *(int*)dlsym(library, "emulator_kernel_count"), shared[0], shared[1]};
  modules.insert(module);
  *result = (H)module;
  return OK;
}

int cuModuleUnload(H handle) {
  Locked l(lock);
  Module* module = (Module*)handle;
  if (!modules.count(module)) return fail(INVALID_HANDLE, "no such module");
  drainAll();
  for (auto i = functions.begin(); i != functions.end();) {
    i = (*i)->module == module ? functions.erase(i) : ++i;
  }
  modules.erase(module);
  delete module;
  return OK;
}

int cuModuleGetFunction(H* result, H handle, const char* name) {
  Locked l(lock);
  Module* module = (Module*)handle;
  if (!modules.count(module)) return fail(INVALID_HANDLE, "no such module");
  for (int i = 0; i < module->count; i++) {
    if (strcmp(module->kernels[i].name, name) == 0) {
      Function* function = new Function{module, &module->kernels[i]};
      functions.insert(function);
      *result = (H)function;
      return OK;
    }
  }
  return fail(NOT_FOUND, "no kernel %s", name);
}

int cuLaunchKernel(H handle, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockThreads,
                   unsigned threadsY, unsigned threadsZ, unsigned sharedBytes, H stream, void** values,
                   void** extra) {
  Locked l(lock);
  if (int code = ready()) return code;
  Function* function = (Function*)handle;
  if (!functions.count(function)) return fail(INVALID_HANDLE, "no such function");
  const EmulatorKernel& kernel = *function->kernel;
  if (values || !extra || extra[0] != (void*)1 || extra[2] != (void*)2 || extra[4]) {
    return fail(INVALID_VALUE, "kernel %s: parameters come as one buffer with its size", kernel.name);
  }
  if (gridZ != 1 || threadsY != 1 || threadsZ != 1 || sharedBytes != 0) {
    return fail(INVALID_VALUE, "kernel %s: only x and y of a grid and x of a block are emulated", kernel.name);
  }
  if (blockThreads < 1 || blockThreads > MOST_THREADS) {
    return fail(INVALID_VALUE, "kernel %s: blocks of %u threads; need 1 to 1024", kernel.name, blockThreads);
  }
  if (gridX < 1 || gridX > 0x7fffffff || gridY < 1 || gridY > 65535) {
    return fail(INVALID_VALUE, "kernel %s: grid of %u x %u blocks; need 1 to 2147483647 x 1 to 65535",
                kernel.name, gridX, gridY);
  }
  if (function->module->sharedEnd - function->module->shared > 48 << 10) {
    // all kernels of a module together, which is stricter than it need be
    return fail(INVALID_VALUE, "kernel %s: its module has more than 48 KiB of shared memory", kernel.name);
  }
  size_t bytes = *(size_t*)extra[3];
  if (bytes != kernel.bytes) {
    return fail(INVALID_VALUE, "kernel %s: %zu bytes of parameters; need %zu", kernel.name, bytes, kernel.bytes);
  }
  std::vector<char> copy((char*)extra[1], (char*)extra[1] + bytes);
  for (int i = 0; i < kernel.pointerCount; i++) {
    H pointer = *(H*)(copy.data() + kernel.pointers[i]);
    if (pointer != 0 && !isLive(pointer, 0)) {
      return fail(INVALID_VALUE, "kernel %s: parameter %d points to no memory of the device: %s", kernel.name,
                  kernel.pointerNumber[i], describe(pointer).c_str());
    }
  }
  return enqueue(stream, [=] { runGrid(function, gridX, gridY, blockThreads, copy); });
}

// ---- libnvrtc ----

int nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = 0;
  return 0;
}

const char* nvrtcGetErrorString(int code) { return code == 6 ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR"; }

int nvrtcGetNumSupportedArchs(int* count) {
  *count = 3;
  return 0;
}

int nvrtcGetSupportedArchs(int* targets) {
  targets[0] = 75, targets[1] = 80, targets[2] = 90;
  return 0;
}

int nvrtcCreateProgram(H* program, const char* source, const char* name, int headers, const char* const*,
                       const char* const*) {
  if (headers != 0) return 3;
  *program = (H) new Program{source, name, "", ""};
  return 0;
}

int nvrtcCompileProgram(H program, int count, const char* const* options) {
  Locked l(lock);
  for (int i = 0; i < count; i++) {
    if (strncmp(options[i], "--gpu-architecture=", 19) != 0 && strncmp(options[i], "--std=", 6) != 0) {
      ((Program*)program)->log = string("unknown option ") + options[i];
      return 5; // NVRTC_ERROR_INVALID_OPTION
    }
  }
  return compile((Program*)program);
}

static int giveSize(const string& text, size_t* size) {
  *size = text.size() + 1;
  return 0;
}

static int give(const string& text, char* to) {
  memcpy(to, text.c_str(), text.size() + 1);
  return 0;
}

int nvrtcGetProgramLogSize(H program, size_t* size) { return giveSize(((Program*)program)->log, size); }
int nvrtcGetProgramLog(H program, char* log) { return give(((Program*)program)->log, log); }
int nvrtcGetPTXSize(H program, size_t* size) { return giveSize(((Program*)program)->image, size); }
int nvrtcGetPTX(H program, char* ptx) { return give(((Program*)program)->image, ptx); }
int nvrtcGetCUBINSize(H program, size_t* size) { return giveSize(((Program*)program)->image, size); }
int nvrtcGetCUBIN(H program, char* cubin) { return give(((Program*)program)->image, cubin); }

int nvrtcDestroyProgram(H* program) {
  delete (Program*)*program;
  *program = 0;
  return 0;
}

// ---- libcublas ----

struct Blas {
  H stream = 0;
};

static std::set<Blas*> handles;

int cublasCreate_v2(H* handle) {
  Locked l(lock);
  if (ready()) return 1; // CUBLAS_STATUS_NOT_INITIALIZED
  Blas* blas = new Blas;
  handles.insert(blas);
  *handle = (H)blas;
  return 0;
}

int cublasDestroy_v2(H handle) {
  Locked l(lock);
  return handles.erase((Blas*)handle) ? 0 : 1;
}

int cublasSetStream_v2(H handle, H stream) {
  Locked l(lock);
  if (!handles.count((Blas*)handle)) return 1;
  ((Blas*)handle)->stream = stream;
  return 0;
}

int cublasSgemmStridedBatched(H handle, int ta, int tb, int m, int n, int k, const float* alphaAt, H aAt,
                              int lda, long long strideA, H bAt, int ldb, long long strideB,
                              const float* betaAt, H cAt, int ldc, long long strideC, int count) {
  Locked l(lock);
  if (!handles.count((Blas*)handle)) return 1;
  int rowsA = ta ? k : m, rowsB = tb ? n : k, columnsA = ta ? m : k, columnsB = tb ? k : n;
  if (m < 0 || n < 0 || k < 0 || count < 0 || lda < max(1, rowsA) || ldb < max(1, rowsB) || ldc < max(1, m)) {
    return 7; // CUBLAS_STATUS_INVALID_VALUE
  }
  auto fits = [=](H at, int rows, int columns, int ld, long long stride) {
    return rows == 0 || columns == 0 || count == 0 ||
           isLiveRange(at, 4 * ((count - 1) * stride + (long long)(columns - 1) * ld + rows));
  };
  if (!fits(aAt, rowsA, columnsA, lda, strideA) || !fits(bAt, rowsB, columnsB, ldb, strideB) ||
      !fits(cAt, m, n, ldc, strideC)) {
    return 7;
  }
  float alpha = *alphaAt, beta = *betaAt;
  return enqueue(((Blas*)handle)->stream, [=] {
    for (int matrix = 0; matrix < count; matrix++) {
      const float* a = (const float*)aAt + matrix * strideA;
      const float* b = (const float*)bAt + matrix * strideB;
      float* c = (float*)cAt + matrix * strideC;
      for (int j = 0; j < n; j++) {
        for (int i = 0; i < m; i++) {
          double sum = 0;
          for (int l = 0; l < k; l++) {
            sum += (double)a[ta ? l + (size_t)i * lda : i + (size_t)l * lda] *
                   b[tb ? j + (size_t)l * ldb : l + (size_t)j * ldb];
          }
          float& to = c[i + (size_t)j * ldc];
          to = (float)(alpha * sum + (beta == 0 ? 0 : (double)beta * to)); // NaN in C does not count
        }
      }
    }
  });
}

// ---- for tests ----

/// Bytes that were allocated and not freed.
size_t emulator_live_bytes() { return liveBytes; }

void emulator_pretend(int version, int withoutDevice) {
  driverVersion = version;
  isWithoutDevice = withoutDevice;
}

/// Lets the device work again after a kernel failed.
void emulator_reset() {
  Locked l(lock);
  sticky = OK;
  defaultStream.work.clear();
  for (Stream* stream : streams) stream->work.clear();
}
}
