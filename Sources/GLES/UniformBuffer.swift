import CGLES3

/// Constants that a shader's uniform block reads, in std140 layout. Used and let go on its context's thread.
package struct UniformBuffer: ~Copyable {
  /// Bytes.
  package let size: Int
  private let context: GLContext
  private let name: GLuint

  /// Makes a buffer of these floats: whole vectors and matrix columns of four.
  package init(_ context: GLContext, _ floats: [Float]) throws(GLError) {
    let bytes = floats.count * MemoryLayout<Float>.stride
    guard bytes > 0, floats.count % 4 == 0, bytes <= context.limits.uniformBlockBytes else {
      throw .badArgument(
        call: "glBufferData",
        problem: "a uniform block of \(bytes) bytes; whole vectors, at most \(context.limits.uniformBlockBytes)")
    }
    var name: GLuint = 0
    glGenBuffers(1, &name)
    glBindBuffer(e(GL_UNIFORM_BUFFER), name)
    glBufferData(e(GL_UNIFORM_BUFFER), bytes, floats, e(GL_STATIC_DRAW))
    let error = glGetError()
    guard error == e(GL_NO_ERROR) else {
      glDeleteBuffers(1, &name)
      throw .callFailed(call: "glBufferData", code: error)
    }
    self.context = context
    self.name = name
    size = bytes
  }

  deinit {
    var name = name
    context.delete { glDeleteBuffers(1, &name) }
  }

  /// Binds it to an indexed binding point; see ``ShaderProgram/bindBlock(_:to:)``.
  package func bind(index: Int) { glBindBufferBase(e(GL_UNIFORM_BUFFER), GLuint(index), name) }
}
