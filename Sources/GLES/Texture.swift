import CGLES3

/// A 2D texture or 2D array texture of fixed size. Used and let go on its context's thread.
package struct Texture: ~Copyable {
  /// What a texel holds: one or four components, as unsigned bytes 0…1, half floats or floats.
  package enum Format: String, CaseIterable, Sendable {
    case r8, rgba8, r16f, rgba16f, r32f, rgba32f, rgba32ui

    /// Components of a texel.
    package var channels: Int {
      switch self {
      case .r8, .r16f, .r32f: 1
      case .rgba8, .rgba16f, .rgba32f, .rgba32ui: 4
      }
    }
    /// Bytes of a texel as it is uploaded: 8-bit formats as bytes, float formats (the half ones too) as 32-bit
    /// floats, integers as they are.
    package var uploadBytes: Int {
      switch self {
      case .r8: 1
      case .rgba8: 4
      case .r16f, .r32f: 4
      case .rgba16f, .rgba32f, .rgba32ui: 16
      }
    }
    /// Bytes of a texel as it is kept.
    package var texelBytes: Int {
      switch self {
      case .r8: 1
      case .r16f: 2
      case .rgba8, .r32f: 4
      case .rgba16f: 8
      case .rgba32f, .rgba32ui: 16
      }
    }
    var internalFormat: GLenum {
      switch self {
      case .r8: e(GL_R8)
      case .rgba8: e(GL_RGBA8)
      case .r16f: e(GL_R16F)
      case .rgba16f: e(GL_RGBA16F)
      case .r32f: e(GL_R32F)
      case .rgba32f: e(GL_RGBA32F)
      case .rgba32ui: e(GL_RGBA32UI)
      }
    }
    var externalFormat: GLenum {
      if self == .rgba32ui { return e(GL_RGBA_INTEGER) }
      return channels == 1 ? e(GL_RED) : e(GL_RGBA)
    }
    var type: GLenum {
      switch self {
      case .r8, .rgba8: e(GL_UNSIGNED_BYTE)
      case .rgba32ui: e(GL_UNSIGNED_INT)
      case .r16f, .rgba16f, .r32f, .rgba32f: e(GL_FLOAT)
      }
    }
  }

  /// How texels between centres are made. Linear filtering of 32-bit floats needs GL_OES_texture_float_linear.
  package enum Filter: Sendable { case nearest, linear, trilinear }
  /// What lies beyond the edges.
  package enum Wrap: Sendable { case clampToEdge, repeated, mirrored }

  /// Texels.
  package let width: Int
  /// Texels.
  package let height: Int
  /// Nil for a 2D texture, the number of layers for a 2D array.
  package let layers: Int?
  /// What a texel holds.
  package let format: Format
  /// Mip levels.
  package let levels: Int
  let context: GLContext
  let name: GLuint
  var target: GLenum { layers == nil ? e(GL_TEXTURE_2D) : e(GL_TEXTURE_2D_ARRAY) }

  /// Makes a texture with undefined contents.
  ///
  /// - Parameters:
  ///   - layers: nil for a 2D texture, or the layers of a 2D array.
  ///   - mipmapped: with all levels down to 1×1; fill them with ``generateMipmaps()``.
  /// - Throws: ``GLError/badArgument(call:problem:)`` for a size beyond the driver's limits.
  package init(
    _ context: GLContext, width: Int, height: Int, layers: Int? = nil, format: Format, filter: Filter = .nearest,
    wrap: Wrap = .clampToEdge, mipmapped: Bool = false
  ) throws(GLError) {
    let edge = context.limits.textureEdge
    guard (1...edge).contains(width), (1...edge).contains(height),
      layers.map((1...context.limits.arrayLayers).contains) ?? true
    else {
      throw .badArgument(
        call: "glTexStorage",
        problem: "\(width)×\(height)\(layers.map { ", \($0) layers," } ?? "") is no texture size here: "
          + "1…\(edge) texels an edge, 1…\(context.limits.arrayLayers) layers")
    }
    let target = layers == nil ? e(GL_TEXTURE_2D) : e(GL_TEXTURE_2D_ARRAY)
    let levelCount = mipmapped ? Int.bitWidth - max(width, height).leadingZeroBitCount : 1
    name = try Self.make(target, format, levelCount, width: width, height: height, layers: layers)
    levels = levelCount
    self.context = context
    self.width = width
    self.height = height
    self.layers = layers
    self.format = format
    setSampling(filter, wrap)
  }

  private static func make(
    _ target: GLenum, _ format: Format, _ levels: Int, width: Int, height: Int, layers: Int?
  ) throws(GLError) -> GLuint {
    var name: GLuint = 0
    glGenTextures(1, &name)
    glBindTexture(target, name)
    let (columns, rows, levels) = (GLsizei(width), GLsizei(height), GLsizei(levels))
    if let layers {
      glTexStorage3D(target, levels, format.internalFormat, columns, rows, GLsizei(layers))
    } else {
      glTexStorage2D(target, levels, format.internalFormat, columns, rows)
    }
    let error = glGetError()
    guard error == e(GL_NO_ERROR) else {
      glDeleteTextures(1, &name)
      throw .callFailed(call: "glTexStorage", code: error)
    }
    return name
  }

  deinit {
    var name = name
    context.delete { glDeleteTextures(1, &name) }
  }

  private func setSampling(_ filter: Filter, _ wrap: Wrap) {
    let magnify = filter == .nearest ? GL_NEAREST : GL_LINEAR
    glTexParameteri(target, e(GL_TEXTURE_MIN_FILTER), filter == .trilinear ? GL_LINEAR_MIPMAP_LINEAR : magnify)
    glTexParameteri(target, e(GL_TEXTURE_MAG_FILTER), magnify)
    let mode =
      switch wrap {
      case .clampToEdge: GL_CLAMP_TO_EDGE
      case .repeated: GL_REPEAT
      case .mirrored: GL_MIRRORED_REPEAT
      }
    glTexParameteri(target, e(GL_TEXTURE_WRAP_S), mode)
    glTexParameteri(target, e(GL_TEXTURE_WRAP_T), mode)
  }

  /// Binds it to a texture unit.
  package func bind(unit: Int) {
    glActiveTexture(GLenum(GL_TEXTURE0) + GLenum(unit))
    glBindTexture(target, name)
  }

  /// Fills the levels below the first from it.
  package func generateMipmaps() throws(GLError) {
    bind(unit: 0)
    try gl("glGenerateMipmap") { glGenerateMipmap(target) }
  }

  /// Replaces all texels of one layer of the first level, first row first.
  ///
  /// - Parameters:
  ///   - bytes: rows of `format.uploadBytes` a texel.
  ///   - rowStride: bytes from one row to the next, a multiple of `format.uploadBytes`; nil for packed rows.
  package func upload(_ bytes: UnsafeRawBufferPointer, rowStride: Int? = nil, layer: Int = 0) throws(GLError) {
    let row = width * format.uploadBytes
    let stride = rowStride ?? row
    guard stride >= row, stride % format.uploadBytes == 0 else {
      throw .badArgument(
        call: "glTexSubImage",
        problem:
          "a row stride of \(stride) bytes; rows of \(row) need at least that, and a multiple of \(format.uploadBytes)")
    }
    guard layer >= 0, layer < layers ?? 1 else {
      throw .badArgument(call: "glTexSubImage", problem: "layer \(layer) of \(layers ?? 1)")
    }
    let needed = stride * (height - 1) + row
    guard bytes.count >= needed else {
      throw .bufferTooSmall(call: "glTexSubImage", needed: needed, given: bytes.count)
    }
    bind(unit: 0)
    glPixelStorei(e(GL_UNPACK_ALIGNMENT), 1)
    glPixelStorei(e(GL_UNPACK_ROW_LENGTH), GLint(stride / format.uploadBytes))
    try gl("glTexSubImage") {
      if layers == nil {
        glTexSubImage2D(
          target, 0, 0, 0, GLsizei(width), GLsizei(height), format.externalFormat, format.type, bytes.baseAddress)
      } else {
        glTexSubImage3D(
          target, 0, 0, 0, GLint(layer), GLsizei(width), GLsizei(height), 1, format.externalFormat, format.type,
          bytes.baseAddress)
      }
    }
  }

  /// Replaces all texels of one layer of a float format.
  package func upload(_ floats: [Float], layer: Int = 0) throws(GLError) {
    try floats.withUnsafeBufferPointer { (buffer) throws(GLError) in
      try upload(UnsafeRawBufferPointer(buffer), layer: layer)
    }
  }

  /// Fills all layers of the first level with zeros.
  package func clearToZero() throws(GLError) {
    let zeros = [UInt8](repeating: 0, count: width * height * format.uploadBytes)
    for layer in 0..<(layers ?? 1) {
      try zeros.withUnsafeBufferPointer { (bytes) throws(GLError) in
        try upload(UnsafeRawBufferPointer(bytes), layer: layer)
      }
    }
  }

  /// This texture, or one of its layers, as something to render to. It doesn't own the texture: keep that as long as
  /// the framebuffer.
  package func attachment(layer: Int? = nil) -> Framebuffer.Attachment {
    precondition((layer == nil) == (layers == nil), "a layer is named for array textures, and only for them")
    return Framebuffer.Attachment(name: name, layer: layer, width: width, height: height, format: format)
  }
}
