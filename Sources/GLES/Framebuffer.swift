import CGLES3

/// One to eight textures to render to, all of one size, with or without a depth buffer of its own.
package struct Framebuffer: ~Copyable {
  /// A texture or a layer of one, from ``Texture/attachment(layer:)``.
  package struct Attachment: Sendable {
    let name: GLuint
    let layer: Int?
    /// Texels.
    package let width: Int
    /// Texels.
    package let height: Int
    /// What a texel holds.
    package let format: Texture.Format
  }

  /// How pixels are read back: the two that OpenGL ES promises for 8-bit and for float attachments.
  package enum ReadFormat: Sendable {
    /// Four bytes a pixel.
    case rgba8
    /// Four 32-bit floats a pixel.
    case rgba32f
    /// Four 32-bit unsigned integers a pixel, of attachments that are such.
    case rgba32ui

    /// Bytes of a pixel read back.
    package var bytesPerPixel: Int { self == .rgba8 ? 4 : 16 }
    var type: GLenum {
      switch self {
      case .rgba8: e(GL_UNSIGNED_BYTE)
      case .rgba32f: e(GL_FLOAT)
      case .rgba32ui: e(GL_UNSIGNED_INT)
      }
    }
    var components: GLenum { self == .rgba32ui ? e(GL_RGBA_INTEGER) : e(GL_RGBA) }
  }

  /// Pixels.
  package let width: Int
  /// Pixels.
  package let height: Int
  let context: GLContext
  let name: GLuint
  private let depthName: GLuint
  private let ownsDepth: Bool

  /// Makes a framebuffer whose fragment output `location = i` is `colors[i]`.
  ///
  /// The textures are not owned: keep them as long as this.
  /// - Throws: ``GLError/framebufferIncomplete(attachments:status:)`` if the driver can't render to these formats.
  package init(_ context: GLContext, colors: [Attachment], depth: Bool = false) throws(GLError) {
    try Self.check(colors, limit: context.limits.drawBuffers)
    (name, depthName) = try Self.make(colors, depth: depth)
    ownsDepth = depth
    self.context = context
    width = colors[0].width
    height = colors[0].height
  }

  /// Makes a framebuffer that tests against and writes to the depth buffer of another one, of the same size.
  ///
  /// The depth buffer is not owned: keep `other` as long as this.
  /// - Throws: ``GLError/framebufferIncomplete(attachments:status:)`` if the driver can't render to these formats.
  package init(
    _ context: GLContext, colors: [Attachment], sharingDepthOf other: borrowing Framebuffer
  ) throws(GLError) {
    try Self.check(colors, limit: context.limits.drawBuffers)
    guard other.depthName != 0, other.width == colors[0].width, other.height == colors[0].height else {
      throw .badArgument(
        call: "glFramebufferRenderbuffer",
        problem: "colours of \(colors[0].width)×\(colors[0].height) with "
          + (other.depthName == 0 ? "a framebuffer without depth" : "depth of \(other.width)×\(other.height)"))
    }
    (name, depthName) = try Self.make(colors, depth: true, shared: other.depthName)
    ownsDepth = false
    self.context = context
    width = other.width
    height = other.height
  }

  private static func check(_ colors: [Attachment], limit: Int) throws(GLError) {
    guard let first = colors.first, colors.count <= limit,
      colors.allSatisfy({ $0.width == first.width && $0.height == first.height })
    else {
      throw .badArgument(
        call: "glFramebufferTexture",
        problem: "\(colors.count) attachments; 1…\(limit) of one size can be drawn to")
    }
  }

  private static func make(
    _ colors: [Attachment], depth: Bool, shared: GLuint = 0
  ) throws(GLError) -> (name: GLuint, depthName: GLuint) {
    var name: GLuint = 0
    glGenFramebuffers(1, &name)
    glBindFramebuffer(e(GL_FRAMEBUFFER), name)
    for (index, color) in colors.enumerated() {
      let point = e(GL_COLOR_ATTACHMENT0 + Int32(index))
      if let layer = color.layer {
        glFramebufferTextureLayer(e(GL_FRAMEBUFFER), point, color.name, 0, GLint(layer))
      } else {
        glFramebufferTexture2D(e(GL_FRAMEBUFFER), point, e(GL_TEXTURE_2D), color.name, 0)
      }
    }
    var depthName = shared
    if depth {
      if shared == 0 {
        glGenRenderbuffers(1, &depthName)
        glBindRenderbuffer(e(GL_RENDERBUFFER), depthName)
        let size = (GLsizei(colors[0].width), GLsizei(colors[0].height))
        glRenderbufferStorage(e(GL_RENDERBUFFER), e(GL_DEPTH_COMPONENT24), size.0, size.1)
      }
      glFramebufferRenderbuffer(e(GL_FRAMEBUFFER), e(GL_DEPTH_ATTACHMENT), e(GL_RENDERBUFFER), depthName)
    }
    let buffers = colors.indices.map { e(GL_COLOR_ATTACHMENT0 + Int32($0)) }
    glDrawBuffers(GLsizei(buffers.count), buffers)
    let status = glCheckFramebufferStatus(e(GL_FRAMEBUFFER))
    let error = glGetError()
    guard status == e(GL_FRAMEBUFFER_COMPLETE), error == e(GL_NO_ERROR) else {
      glDeleteFramebuffers(1, &name)
      if shared == 0 { glDeleteRenderbuffers(1, &depthName) }
      if error != e(GL_NO_ERROR) { throw .callFailed(call: "glFramebufferTexture", code: error) }
      let formats = colors.map(\.format.rawValue).joined(separator: " + ") + (depth ? " + depth24" : "")
      throw .framebufferIncomplete(attachments: formats, status: status)
    }
    return (name, depthName)
  }

  deinit {
    var name = name
    var depthName = ownsDepth ? depthName : 0
    context.delete {
      glDeleteFramebuffers(1, &name)
      if depthName != 0 { glDeleteRenderbuffers(1, &depthName) }
    }
  }

  /// Directs drawing here, to the whole area.
  package func bind() {
    glBindFramebuffer(e(GL_FRAMEBUFFER), name)
    glViewport(0, 0, GLsizei(width), GLsizei(height))
  }

  /// Binds it and fills every colour attachment, and the depth buffer with 1.
  package func clear(red: Float = 0, green: Float = 0, blue: Float = 0, alpha: Float = 0) {
    bind()
    glClearColor(red, green, blue, alpha)
    glDepthMask(GLboolean(GL_TRUE))
    glClear(GLbitfield(GL_COLOR_BUFFER_BIT) | (depthName == 0 ? 0 : GLbitfield(GL_DEPTH_BUFFER_BIT)))
  }

  /// Reads a rectangle of one attachment, in the order of GL rows (the row of y = 0 first); waits for the GPU.
  ///
  /// - Parameter bytes: at least width × height × `format.bytesPerPixel`.
  package func readPixels(
    x: Int = 0, y: Int = 0, width: Int, height: Int, attachment: Int = 0, format: ReadFormat,
    into bytes: UnsafeMutableRawBufferPointer
  ) throws(GLError) {
    let needed = width * height * format.bytesPerPixel
    guard bytes.count >= needed else { throw .bufferTooSmall(call: "glReadPixels", needed: needed, given: bytes.count) }
    selectForReading(attachment)
    try gl("glReadPixels") {
      glReadPixels(
        GLint(x), GLint(y), GLsizei(width), GLsizei(height), format.components, format.type, bytes.baseAddress)
    }
  }

  /// All pixels of one attachment as floats, four a pixel; for tests and probes.
  package func readFloats(attachment: Int = 0) throws(GLError) -> [Float] {
    var floats = [Float](repeating: 0, count: width * height * 4)
    try floats.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
      try readPixels(
        width: width, height: height, attachment: attachment, format: .rgba32f,
        into: UnsafeMutableRawBufferPointer(buffer))
    }
    return floats
  }

  /// All pixels of one 8-bit attachment, four bytes a pixel.
  package func readBytes(attachment: Int = 0) throws(GLError) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: width * height * 4)
    try pixels.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
      try readPixels(
        width: width, height: height, attachment: attachment, format: .rgba8,
        into: UnsafeMutableRawBufferPointer(buffer))
    }
    return pixels
  }

  func selectForReading(_ attachment: Int) {
    glBindFramebuffer(e(GL_FRAMEBUFFER), name)
    glReadBuffer(e(GL_COLOR_ATTACHMENT0 + Int32(attachment)))
    glPixelStorei(e(GL_PACK_ALIGNMENT), 1)
  }
}
