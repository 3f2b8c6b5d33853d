package dev.jacquard.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

/// Functions of NVIDIA's libraries: the exported symbol, not the macro of the headers, and its
/// parameters.
///
/// Parameters are letters: `P` pointer to host memory, `L` 64 bits (size, handle or device
/// address), `I` 32 bits (number or enumeration), `F` f32. Every function but [#COMPILER_ERROR]
/// returns a 32-bit error code.
enum NativeCall {
  INIT(NativeLibrary.DRIVER, "cuInit", "I"),
  DRIVER_VERSION(NativeLibrary.DRIVER, "cuDriverGetVersion", "P"),
  ERROR_NAME(NativeLibrary.DRIVER, "cuGetErrorName", "IP"),
  ERROR_STRING(NativeLibrary.DRIVER, "cuGetErrorString", "IP"),
  DEVICE_COUNT(NativeLibrary.DRIVER, "cuDeviceGetCount", "P"),
  DEVICE_GET(NativeLibrary.DRIVER, "cuDeviceGet", "PI"),
  DEVICE_NAME(NativeLibrary.DRIVER, "cuDeviceGetName", "PII"),
  DEVICE_TOTAL_MEM(NativeLibrary.DRIVER, "cuDeviceTotalMem_v2", "PI"),
  DEVICE_ATTRIBUTE(NativeLibrary.DRIVER, "cuDeviceGetAttribute", "PII"),
  CONTEXT_RETAIN(NativeLibrary.DRIVER, "cuDevicePrimaryCtxRetain", "PI"),
  CONTEXT_RELEASE(NativeLibrary.DRIVER, "cuDevicePrimaryCtxRelease_v2", "I"),
  CONTEXT_SET(NativeLibrary.DRIVER, "cuCtxSetCurrent", "L"),
  CONTEXT_SYNCHRONIZE(NativeLibrary.DRIVER, "cuCtxSynchronize", ""),
  MEM_ALLOC(NativeLibrary.DRIVER, "cuMemAlloc_v2", "PL"),
  MEM_ALLOC_MANAGED(NativeLibrary.DRIVER, "cuMemAllocManaged", "PLI"),
  MEM_FREE(NativeLibrary.DRIVER, "cuMemFree_v2", "L"),
  MEM_INFO(NativeLibrary.DRIVER, "cuMemGetInfo_v2", "PP"),
  COPY_TO_DEVICE(NativeLibrary.DRIVER, "cuMemcpyHtoDAsync_v2", "LPLL"),
  COPY_TO_HOST(NativeLibrary.DRIVER, "cuMemcpyDtoHAsync_v2", "PLLL"),
  COPY_ON_DEVICE(NativeLibrary.DRIVER, "cuMemcpyDtoDAsync_v2", "LLLL"),
  FILL_WORDS(NativeLibrary.DRIVER, "cuMemsetD32Async", "LILL"),
  STREAM_CREATE(NativeLibrary.DRIVER, "cuStreamCreate", "PI"),
  STREAM_SYNCHRONIZE(NativeLibrary.DRIVER, "cuStreamSynchronize", "L"),
  STREAM_WAIT(NativeLibrary.DRIVER, "cuStreamWaitEvent", "LLI"),
  STREAM_DESTROY(NativeLibrary.DRIVER, "cuStreamDestroy_v2", "L"),
  EVENT_CREATE(NativeLibrary.DRIVER, "cuEventCreate", "PI"),
  EVENT_RECORD(NativeLibrary.DRIVER, "cuEventRecord", "LL"),
  EVENT_SYNCHRONIZE(NativeLibrary.DRIVER, "cuEventSynchronize", "L"),
  EVENT_ELAPSED(NativeLibrary.DRIVER, "cuEventElapsedTime", "PLL"),
  EVENT_DESTROY(NativeLibrary.DRIVER, "cuEventDestroy_v2", "L"),
  MODULE_LOAD(NativeLibrary.DRIVER, "cuModuleLoadData", "PP"),
  MODULE_UNLOAD(NativeLibrary.DRIVER, "cuModuleUnload", "L"),
  MODULE_FUNCTION(NativeLibrary.DRIVER, "cuModuleGetFunction", "PLP"),
  LAUNCH(NativeLibrary.DRIVER, "cuLaunchKernel", "LIIIIIIILPP"),

  COMPILER_VERSION(NativeLibrary.COMPILER, "nvrtcVersion", "PP"),
  COMPILER_ERROR(NativeLibrary.COMPILER, "nvrtcGetErrorString", "I"),
  TARGET_COUNT(NativeLibrary.COMPILER, "nvrtcGetNumSupportedArchs", "P"),
  TARGETS(NativeLibrary.COMPILER, "nvrtcGetSupportedArchs", "P"),
  PROGRAM_CREATE(NativeLibrary.COMPILER, "nvrtcCreateProgram", "PPPIPP"),
  PROGRAM_COMPILE(NativeLibrary.COMPILER, "nvrtcCompileProgram", "LIP"),
  PROGRAM_LOG_SIZE(NativeLibrary.COMPILER, "nvrtcGetProgramLogSize", "LP"),
  PROGRAM_LOG(NativeLibrary.COMPILER, "nvrtcGetProgramLog", "LP"),
  PTX_SIZE(NativeLibrary.COMPILER, "nvrtcGetPTXSize", "LP"),
  PTX(NativeLibrary.COMPILER, "nvrtcGetPTX", "LP"),
  CUBIN_SIZE(NativeLibrary.COMPILER, "nvrtcGetCUBINSize", "LP"),
  CUBIN(NativeLibrary.COMPILER, "nvrtcGetCUBIN", "LP"),
  PROGRAM_DESTROY(NativeLibrary.COMPILER, "nvrtcDestroyProgram", "P"),

  BLAS_CREATE(NativeLibrary.BLAS, "cublasCreate_v2", "P"),
  BLAS_DESTROY(NativeLibrary.BLAS, "cublasDestroy_v2", "L"),
  BLAS_STREAM(NativeLibrary.BLAS, "cublasSetStream_v2", "LL"),
  BLAS_SGEMM(NativeLibrary.BLAS, "cublasSgemmStridedBatched", "LIIIIIPLILLILPLILI");

  private final NativeLibrary library;
  private final String symbol;
  private final String parameters;

  NativeCall(NativeLibrary library, String symbol, String parameters) {
    this.library = library;
    this.symbol = symbol;
    this.parameters = parameters;
  }

  NativeLibrary library() {
    return library;
  }

  String symbol() {
    return symbol;
  }

  String parameters() {
    return parameters;
  }

  /// Whether the function returns text instead of an error code.
  boolean returnsText() {
    return this == COMPILER_ERROR;
  }

  FunctionDescriptor descriptor() {
    MemoryLayout[] layouts =
        parameters.chars().mapToObj(NativeCall::layout).toArray(MemoryLayout[]::new);
    return FunctionDescriptor.of(returnsText() ? ADDRESS : JAVA_INT, layouts);
  }

  private static MemoryLayout layout(int letter) {
    return switch (letter) {
      case 'P' -> ADDRESS;
      case 'L' -> JAVA_LONG;
      case 'I' -> JAVA_INT;
      case 'F' -> JAVA_FLOAT;
      default -> throw new AssertionError("parameter " + (char) letter);
    };
  }
}
