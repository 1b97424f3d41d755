import CGLES3

/// What a draw reads: attributes from vertex buffers, and perhaps indices.
package struct VertexArray: ~Copyable {
  /// From ``VertexBuffer/attribute(location:components:stride:offset:perInstance:)``.
  package struct Attribute: Sendable {
    let buffer: GLuint
    let location: Int
    let components: Int
    let stride: Int
    let offset: Int
    let perInstance: Bool
  }

  /// What vertices are joined to.
  package enum Primitive: Sendable {
    case triangles, triangleStrip, lines, points

    var mode: GLenum {
      switch self {
      case .triangles: e(GL_TRIANGLES)
      case .triangleStrip: e(GL_TRIANGLE_STRIP)
      case .lines: e(GL_LINES)
      case .points: e(GL_POINTS)
      }
    }
  }

  let context: GLContext
  let name: GLuint

  /// Makes a vertex array; without attributes for shaders that go by `gl_VertexID` alone. The buffers are not owned.
  package init(_ context: GLContext, _ attributes: [Attribute] = []) throws(GLError) {
    try self.init(context, attributes, indexName: 0)
  }

  /// Makes a vertex array whose draws go through `indices`, made by ``VertexBuffer/init(_:indices:)``.
  package init(
    _ context: GLContext, _ attributes: [Attribute], indices: borrowing VertexBuffer
  ) throws(GLError) {
    try self.init(context, attributes, indexName: indices.name)
  }

  private init(_ context: GLContext, _ attributes: [Attribute], indexName: GLuint) throws(GLError) {
    var name: GLuint = 0
    glGenVertexArrays(1, &name)
    self.context = context
    self.name = name
    glBindVertexArray(name)
    for attribute in attributes {
      let location = GLuint(attribute.location)
      glBindBuffer(e(GL_ARRAY_BUFFER), attribute.buffer)
      glEnableVertexAttribArray(location)
      glVertexAttribPointer(
        location, GLint(attribute.components), e(GL_FLOAT), GLboolean(GL_FALSE), GLsizei(attribute.stride * 4),
        UnsafeRawPointer(bitPattern: attribute.offset * 4))
      glVertexAttribDivisor(location, attribute.perInstance ? 1 : 0)
    }
    if indexName != 0 { glBindBuffer(e(GL_ELEMENT_ARRAY_BUFFER), indexName) }
    try context.checkErrors("glVertexAttribPointer")
  }

  deinit {
    var name = name
    context.delete { glDeleteVertexArrays(1, &name) }
  }

  /// Draws `count` vertices with the program in use. Errors wait for ``GLContext/checkErrors(_:)``.
  package func draw(_ primitive: Primitive, first: Int = 0, count: Int, instances: Int = 1) {
    glBindVertexArray(name)
    glDrawArraysInstanced(primitive.mode, GLint(first), GLsizei(count), GLsizei(instances))
  }

  /// Draws `count` indices from the index buffer, beginning with its `first`.
  package func drawIndexed(_ primitive: Primitive, first: Int = 0, count: Int, instances: Int = 1) {
    glBindVertexArray(name)
    glDrawElementsInstanced(
      primitive.mode, GLsizei(count), e(GL_UNSIGNED_INT), UnsafeRawPointer(bitPattern: first * 4), GLsizei(instances))
  }
}
