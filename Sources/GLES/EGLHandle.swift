import CEGL

/// An EGL display, context and perhaps pbuffer: opened, made current and closed together.
struct EGLHandle {
  let display: EGLDisplay
  private let context: EGLContext
  private let surface: EGLSurface?
  private let gbm: GBMDevice?

  /// A context on that display, current on this thread, or why there is none.
  static func open(_ candidate: EGLDisplayCandidate) -> (handle: EGLHandle?, problem: String) {
    let display = candidate.display
    var major: EGLint = 0
    var minor: EGLint = 0
    guard eglInitialize(display, &major, &minor) == EGL_TRUE else {
      return (nil, "eglInitialize: \(EGLFunctions.lastError)")
    }
    guard eglBindAPI(EGLenum(EGL_OPENGL_ES_API)) == EGL_TRUE else {
      return (nil, "no OpenGL ES: \(EGLFunctions.lastError)")
    }
    let extensions = EGLFunctions.extensions(of: display)
    let pbuffer = candidate.wantsPbuffer || !extensions.contains("EGL_KHR_surfaceless_context")
    var config: EGLConfig?
    var count: EGLint = 0
    let wanted: [EGLint] = [
      EGL_SURFACE_TYPE, pbuffer ? EGL_PBUFFER_BIT : 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_ES3_BIT, EGL_RED_SIZE, 8,
      EGL_GREEN_SIZE, 8, EGL_BLUE_SIZE, 8, EGL_NONE,
    ]
    let found = eglChooseConfig(display, wanted, &config, 1, &count) == EGL_TRUE && count > 0
    // Without a surface a context may do without a configuration too (EGL_KHR_no_config_context).
    guard found || (!pbuffer && extensions.contains("EGL_KHR_no_config_context")) else {
      return (nil, "no configuration for OpenGL ES 3\(pbuffer ? " with a pbuffer" : "")")
    }
    guard let context = makeContext(display, found ? config : nil) else {
      return (nil, "eglCreateContext: \(EGLFunctions.lastError)")
    }
    var surface: EGLSurface?
    if pbuffer {
      surface = eglCreatePbufferSurface(display, config, [EGL_WIDTH, 16, EGL_HEIGHT, 16, EGL_NONE])
    }
    let handle = EGLHandle(display: display, context: context, surface: surface, gbm: candidate.gbm)
    guard !pbuffer || surface != nil, handle.makeCurrent() else {
      let problem = "eglMakeCurrent: \(EGLFunctions.lastError)"
      handle.closeContext()
      return (nil, problem)
    }
    return (handle, "")
  }

  /// The newest OpenGL ES the driver gives: 3.2, 3.1 or 3.0.
  private static func makeContext(_ display: EGLDisplay, _ config: EGLConfig?) -> EGLContext? {
    for minor: EGLint in [2, 1, 0] {
      let attributes: [EGLint] = [EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, minor, EGL_NONE]
      if let context = eglCreateContext(display, config, nil, attributes) { return context }
    }
    return nil
  }

  /// Makes the context current on this thread; false if it is current on another.
  func makeCurrent() -> Bool {
    eglGetCurrentContext() == context || eglMakeCurrent(display, surface, surface, context) == EGL_TRUE
  }

  private func closeContext() {
    if eglGetCurrentContext() == context { eglMakeCurrent(display, nil, nil, nil) }
    if let surface { eglDestroySurface(display, surface) }
    eglDestroyContext(display, context)
  }

  /// Destroys the context. The display is the process's, shared by all contexts on that device, and stays; only a GBM
  /// display is this context's own.
  func close() {
    closeContext()
    if let gbm {
      eglTerminate(display)
      gbm.close()
    }
  }
}
