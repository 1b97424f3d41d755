import CGLES3

/// Memory of the driver that pixels are read into while the GPU works on: read now, copy out after a ``Fence``.
package struct PixelPackBuffer: ~Copyable {
  /// Bytes.
  package let size: Int
  private let context: GLContext
  private let name: GLuint

  /// Makes a buffer of that many bytes, > 0.
  package init(_ context: GLContext, size: Int) throws(GLError) {
    guard size > 0 else { throw .badArgument(call: "glBufferData", problem: "a pixel-pack buffer of \(size) bytes") }
    name = try Self.make(size)
    self.context = context
    self.size = size
  }

  private static func make(_ size: Int) throws(GLError) -> GLuint {
    var name: GLuint = 0
    glGenBuffers(1, &name)
    glBindBuffer(e(GL_PIXEL_PACK_BUFFER), name)
    glBufferData(e(GL_PIXEL_PACK_BUFFER), size, nil, e(GL_STREAM_READ))
    let error = glGetError()
    glBindBuffer(e(GL_PIXEL_PACK_BUFFER), 0)
    guard error == e(GL_NO_ERROR) else {
      glDeleteBuffers(1, &name)
      throw .callFailed(call: "glBufferData", code: error)
    }
    return name
  }

  deinit {
    var name = name
    context.delete { glDeleteBuffers(1, &name) }
  }

  /// Starts a copy of a framebuffer's whole attachment; it is done when a fence made after this is signaled.
  package func read(
    _ framebuffer: borrowing Framebuffer, attachment: Int = 0, format: Framebuffer.ReadFormat
  ) throws(GLError) {
    let needed = framebuffer.width * framebuffer.height * format.bytesPerPixel
    guard needed <= size else { throw .bufferTooSmall(call: "glReadPixels", needed: needed, given: size) }
    framebuffer.selectForReading(attachment)
    glBindBuffer(e(GL_PIXEL_PACK_BUFFER), name)
    // A bound pack buffer would catch every later read.
    defer { glBindBuffer(e(GL_PIXEL_PACK_BUFFER), 0) }
    try gl("glReadPixels") {
      glReadPixels(
        0, 0, GLsizei(framebuffer.width), GLsizei(framebuffer.height), e(GL_RGBA), format.type, nil)
    }
  }

  /// Copies the first bytes out, as many as fit; waits for the GPU if the fence isn't signaled yet.
  package func copy(into bytes: UnsafeMutableRawBufferPointer) throws(GLError) {
    glBindBuffer(e(GL_PIXEL_PACK_BUFFER), name)
    defer { glBindBuffer(e(GL_PIXEL_PACK_BUFFER), 0) }
    let count = min(size, bytes.count)
    let mapped = try gl("glMapBufferRange") {
      glMapBufferRange(e(GL_PIXEL_PACK_BUFFER), 0, count, GLbitfield(GL_MAP_READ_BIT))
    }
    guard let mapped else { throw .callFailed(call: "glMapBufferRange", code: e(GL_OUT_OF_MEMORY)) }
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: mapped, count: count))
    // False if the memory was lost, as when the display mode changes.
    guard glUnmapBuffer(e(GL_PIXEL_PACK_BUFFER)) == GLboolean(GL_TRUE) else {
      throw .callFailed(call: "glUnmapBuffer", code: e(GL_CONTEXT_LOST))
    }
  }
}
