import CGLES3

/// Setting uniforms. Each call makes the program current. A name that the compiler dropped, because nothing depends on
/// it, is ignored; look in ``uniforms`` to tell.
extension ShaderProgram {
  /// Has a uniform block read the buffer bound at that index; ignored if the compiler dropped the block.
  package func bindBlock(_ name: String, to index: Int) {
    let block = glGetUniformBlockIndex(program, name)
    if block != GLuint.max { glUniformBlockBinding(program, block, GLuint(index)) }
  }

  /// The location to hand to the calls below on a path that shall not hash names; −1 is ignored by GL.
  package func location(_ name: String) -> Int32 { uniforms[name] ?? -1 }

  /// A sampler's texture unit, or an `int`.
  package func set(_ name: String, _ value: Int) { set(location(name), value) }
  /// A `float`.
  package func set(_ name: String, _ value: Float) { set(location(name), value) }
  /// A `vec2`.
  package func set(_ name: String, _ value: SIMD2<Float>) { set(location(name), value) }
  /// A `vec3`.
  package func set(_ name: String, _ value: SIMD3<Float>) { set(location(name), value) }
  /// A `vec4`.
  package func set(_ name: String, _ value: SIMD4<Float>) { set(location(name), value) }

  /// A sampler's texture unit, or an `int`, of a known location.
  package func set(_ location: Int32, _ value: Int) {
    use()
    glUniform1i(location, GLint(value))
  }

  /// A `float` of a known location.
  package func set(_ location: Int32, _ value: Float) {
    use()
    glUniform1f(location, value)
  }

  /// A `vec2` of a known location.
  package func set(_ location: Int32, _ value: SIMD2<Float>) {
    use()
    glUniform2f(location, value.x, value.y)
  }

  /// A `vec3` of a known location.
  package func set(_ location: Int32, _ value: SIMD3<Float>) {
    use()
    glUniform3f(location, value.x, value.y, value.z)
  }

  /// A `vec4` of a known location.
  package func set(_ location: Int32, _ value: SIMD4<Float>) {
    use()
    glUniform4f(location, value.x, value.y, value.z, value.w)
  }

  /// An array of `float`.
  package func set(_ name: String, _ values: [Float]) {
    use()
    glUniform1fv(location(name), GLsizei(values.count), values)
  }

  /// An array of `vec4`, four floats each.
  package func set(_ name: String, vectors values: [Float]) {
    precondition(values.count % 4 == 0, "an array of vec4 has four floats an element")
    use()
    glUniform4fv(location(name), GLsizei(values.count / 4), values)
  }

  /// An array of `vec4` at a known location.
  package func set(_ location: Int32, vectors values: [Float]) {
    use()
    glUniform4fv(location, GLsizei(values.count / 4), values)
  }

  /// An array of `int` at a known location; of `ivec2` where `pairs`.
  package func set(_ location: Int32, integers values: [Int32], pairs: Bool = false) {
    use()
    if pairs {
      glUniform2iv(location, GLsizei(values.count / 2), values)
    } else {
      glUniform1iv(location, GLsizei(values.count), values)
    }
  }

  /// A `mat4` or `mat3`, or an array of them, column by column.
  package func set(_ name: String, matrices values: [Float], edge: Int) {
    precondition((edge == 3 || edge == 4) && values.count % (edge * edge) == 0, "mat3 or mat4, whole ones")
    use()
    let count = GLsizei(values.count / (edge * edge))
    if edge == 4 {
      glUniformMatrix4fv(location(name), count, GLboolean(GL_FALSE), values)
    } else {
      glUniformMatrix3fv(location(name), count, GLboolean(GL_FALSE), values)
    }
  }
}
