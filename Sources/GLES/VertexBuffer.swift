import CGLES3

/// Floats or indices that vertex shaders read. Used and let go on its context's thread.
package struct VertexBuffer: ~Copyable {
  /// Bytes.
  package let size: Int
  let context: GLContext
  let name: GLuint

  /// Makes a buffer of `count` floats, undefined until ``update(_:)``.
  package init(_ context: GLContext, count: Int) throws(GLError) {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    name = try Self.make(none, size: count * MemoryLayout<Float>.stride, e(GL_DYNAMIC_DRAW))
    size = count * MemoryLayout<Float>.stride
    self.context = context
  }

  /// Makes a buffer of these floats.
  package init(_ context: GLContext, _ floats: [Float]) throws(GLError) {
    name = try Self.make(floats)
    size = floats.count * MemoryLayout<Float>.stride
    self.context = context
  }

  /// Makes a buffer of 32-bit vertex numbers, for ``VertexArray``'s `indices`.
  package init(_ context: GLContext, indices: [UInt32]) throws(GLError) {
    name = try Self.make(indices)
    size = indices.count * MemoryLayout<UInt32>.stride
    self.context = context
  }

  private static func make<Element: BitwiseCopyable>(_ elements: [Element]) throws(GLError) -> GLuint {
    try elements.withUnsafeBufferPointer { (buffer) throws(GLError) in
      let bytes = UnsafeRawBufferPointer(buffer)
      return try make(bytes, size: bytes.count, e(GL_STATIC_DRAW))
    }
  }

  private static func make(
    _ bytes: UnsafeRawBufferPointer, size: Int, _ usage: GLenum
  ) throws(GLError) -> GLuint {
    guard size > 0 else { throw .badArgument(call: "glBufferData", problem: "an empty buffer") }
    var name: GLuint = 0
    glGenBuffers(1, &name)
    // This target is no part of the vertex array that happens to be bound, as GL_ELEMENT_ARRAY_BUFFER would be.
    glBindBuffer(e(GL_COPY_WRITE_BUFFER), name)
    glBufferData(e(GL_COPY_WRITE_BUFFER), size, bytes.baseAddress, usage)
    let error = glGetError()
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

  /// Replaces the contents from the start.
  package func update(_ floats: [Float]) throws(GLError) {
    try floats.withUnsafeBufferPointer { (buffer) throws(GLError) in try update(UnsafeRawBufferPointer(buffer)) }
  }

  /// Replaces the contents from the start; at most `size` bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) throws(GLError) {
    guard bytes.count <= size else {
      throw .badArgument(call: "glBufferSubData", problem: "\(bytes.count) bytes into a buffer of \(size)")
    }
    glBindBuffer(e(GL_COPY_WRITE_BUFFER), name)
    try gl("glBufferSubData") { glBufferSubData(e(GL_COPY_WRITE_BUFFER), 0, bytes.count, bytes.baseAddress) }
  }

  /// How a vertex shader's `in` at `location` reads this buffer, in floats: `components` (1…4) every `stride`, from
  /// `offset`. It doesn't own the buffer: keep that as long as the vertex array.
  package func attribute(
    location: Int, components: Int, stride: Int, offset: Int = 0, perInstance: Bool = false
  ) -> VertexArray.Attribute {
    precondition((1...4).contains(components) && stride >= components && offset >= 0, "an attribute has 1…4 floats")
    return VertexArray.Attribute(
      buffer: name, location: location, components: components, stride: stride, offset: offset, perInstance: perInstance
    )
  }
}
