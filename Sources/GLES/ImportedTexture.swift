import CEGL
import CGLES3

/// A texture whose texels are somebody else's memory: a dma-buf, imported without a copy (EGL_EXT_image_dma_buf_import).
///
/// What is written to the memory shows in draws that begin afterwards. Used and let go on its context's thread.
package struct ImportedTexture: ~Copyable {
  /// What a texel is, by its name in drm_fourcc.h.
  package enum Format: String, Sendable {
    /// One byte.
    case r8 = "R8  "
    /// Two bytes, of which the first is red.
    case gr88 = "GR88"

    var code: EGLint { EGLint(rawValue.utf8.reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }) }
  }

  /// Texels.
  package let width: Int
  /// Texels.
  package let height: Int
  private let context: GLContext
  private let image: EGLImage
  private let name: GLuint

  /// Imports the first `height` rows of a dma-buf, `stride` bytes each, in linear order. The descriptor is not owned and may be
  /// closed afterwards; the memory lives as long as the texture.
  ///
  /// - Throws: ``GLError/importRefused(problem:)`` where the driver can't, or not with this format and stride.
  package init(
    _ context: GLContext, descriptor: Int32, width: Int, height: Int, stride: Int, format: Format
  ) throws(GLError) {
    guard let functions = context.imageFunctions else { throw .importRefused(problem: context.importProblem ?? "") }
    var attributes: [EGLint] = [
      EGL_WIDTH, EGLint(width), EGL_HEIGHT, EGLint(height), EGL_LINUX_DRM_FOURCC_EXT, format.code,
      EGL_DMA_BUF_PLANE0_FD_EXT, descriptor, EGL_DMA_BUF_PLANE0_OFFSET_EXT, 0, EGL_DMA_BUF_PLANE0_PITCH_EXT,
      EGLint(stride),
    ]
    // DRM_FORMAT_MOD_LINEAR; without the extension a driver goes by what the exporter says, which is linear for cameras.
    if functions.takesModifiers {
      attributes += [EGL_DMA_BUF_PLANE0_MODIFIER_LO_EXT, 0, EGL_DMA_BUF_PLANE0_MODIFIER_HI_EXT, 0]
    }
    attributes.append(EGL_NONE)
    guard let image = functions.create(functions.display, nil, EGLenum(EGL_LINUX_DMA_BUF_EXT), nil, attributes) else {
      throw .importRefused(problem: "\(width)×\(height) \(format), stride \(stride): \(EGLFunctions.lastError)")
    }
    var name: GLuint = 0
    glGenTextures(1, &name)
    glBindTexture(e(GL_TEXTURE_2D), name)
    functions.target(e(GL_TEXTURE_2D), image)
    let code = glGetError()
    guard code == e(GL_NO_ERROR) else {
      glDeleteTextures(1, &name)
      _ = functions.destroy(functions.display, image)
      throw .importRefused(problem: "\(GLError.callFailed(call: "glEGLImageTargetTexture2DOES", code: code))")
    }
    for (parameter, value) in [
      (GL_TEXTURE_MIN_FILTER, GL_NEAREST), (GL_TEXTURE_MAG_FILTER, GL_NEAREST), (GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE),
      (GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE),
    ] { glTexParameteri(e(GL_TEXTURE_2D), e(parameter), value) }
    (self.context, self.image, self.name) = (context, image, name)
    (self.width, self.height) = (width, height)
  }

  deinit {
    var name = name
    let (context, image) = (context, image)
    context.delete {
      glDeleteTextures(1, &name)
      if let functions = context.imageFunctions { _ = functions.destroy(functions.display, image) }
    }
  }

  /// Binds it to a texture unit.
  package func bind(unit: Int) {
    glActiveTexture(GLenum(GL_TEXTURE0) + GLenum(unit))
    glBindTexture(e(GL_TEXTURE_2D), name)
  }
}
