import CEGL
import CGLES3

/// The functions of EGL_KHR_image_base and GL_OES_EGL_image, on a display that imports dma-bufs.
struct EGLImageFunctions {
  typealias Create =
    @convention(c) (EGLDisplay?, EGLContext?, EGLenum, EGLClientBuffer?, UnsafePointer<EGLint>?) -> EGLImage?
  typealias Destroy = @convention(c) (EGLDisplay?, EGLImage?) -> EGLBoolean
  typealias Target = @convention(c) (GLenum, EGLImage?) -> Void

  let display: EGLDisplay
  let create: Create
  let destroy: Destroy
  let target: Target
  /// Whether the order of texels may be named (EGL_EXT_image_dma_buf_import_modifiers).
  let takesModifiers: Bool

  /// What a display and a context offer, or why there is none of it.
  static func find(_ display: EGLDisplay, gl: Set<String>) -> (functions: EGLImageFunctions?, problem: String) {
    let egl = EGLFunctions.extensions(of: display)
    for name in ["EGL_KHR_image_base", "EGL_EXT_image_dma_buf_import"] where !egl.contains(name) {
      return (nil, "the renderer has no \(name)")
    }
    guard gl.contains("GL_OES_EGL_image") else { return (nil, "the renderer has no GL_OES_EGL_image") }
    guard let create = EGLFunctions.function("eglCreateImageKHR", as: Create.self),
      let destroy = EGLFunctions.function("eglDestroyImageKHR", as: Destroy.self),
      let target = EGLFunctions.function("glEGLImageTargetTexture2DOES", as: Target.self)
    else { return (nil, "EGL lacks a function of EGL_KHR_image_base") }
    return (
      EGLImageFunctions(
        display: display, create: create, destroy: destroy, target: target,
        takesModifiers: egl.contains("EGL_EXT_image_dma_buf_import_modifiers")), ""
    )
  }
}
