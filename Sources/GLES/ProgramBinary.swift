import CGLES3

/// A compiled program in a driver's own words: good for the same driver in the same version, and to be refused by others.
package struct ProgramBinary: Equatable, Sendable {
  /// The driver's number for what the bytes are.
  package let format: UInt32
  package let bytes: [UInt8]

  /// Bytes that ``ShaderProgram/binary`` gave before.
  package init(format: UInt32, bytes: [UInt8]) {
    self.format = format
    self.bytes = bytes
  }
}

extension ShaderProgram {
  /// What the driver made of the sources, to be kept; nil where it gives nothing away.
  package var binary: ProgramBinary? {
    var length: GLint = 0
    glGetProgramiv(program, e(GL_PROGRAM_BINARY_LENGTH), &length)
    guard glGetError() == e(GL_NO_ERROR), length > 0 else { return nil }
    var format: GLenum = 0
    var written: GLsizei = 0
    var bytes = [UInt8](repeating: 0, count: Int(length))
    glGetProgramBinary(program, length, &written, &format, &bytes)
    guard glGetError() == e(GL_NO_ERROR), written > 0 else { return nil }
    return ProgramBinary(format: format, bytes: Array(bytes.prefix(Int(written))))
  }

  /// A program from what ``binary`` gave; nil where the driver does not take it, as after an update.
  static func load(_ binary: ProgramBinary) -> GLuint? {
    let program = glCreateProgram()
    binary.bytes.withUnsafeBytes { glProgramBinary(program, binary.format, $0.baseAddress, GLsizei($0.count)) }
    var linked: GLint = 0
    glGetProgramiv(program, e(GL_LINK_STATUS), &linked)
    guard glGetError() == e(GL_NO_ERROR), linked == GL_TRUE else {
      glDeleteProgram(program)
      return nil
    }
    return program
  }
}
