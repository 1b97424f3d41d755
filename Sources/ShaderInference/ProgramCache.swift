import GLES

/// Compiled programs, shared by passes that differ in uniforms only.
package final class ProgramCache {
  let context: GLContext
  private var programs: [String: Owned<ShaderProgram>] = [:]

  /// An empty cache for a context.
  package init(_ context: GLContext) { self.context = context }

  /// How many programs were compiled.
  package var count: Int { programs.count }

  /// The program of a shader so specialised; a `unique` one is the caller's alone, to keep uniforms in.
  func program(
    _ file: ShaderFile, _ defines: [String: String], unique: Bool = false, blocks: Int
  ) throws(GLError) -> Owned<ShaderProgram> {
    let fragment = file.fragmentSource(defines, blocks: blocks)
    if !unique, let program = programs[fragment] { return program }
    let program = Owned(
      try ShaderProgram(
        context, name: "\(file.rawValue).glsl", vertex: file.vertexSource(defines), fragment: fragment))
    for sampler in ShaderPass.Sampler.allCases { program.value.set("\(sampler)", sampler.rawValue) }
    program.value.bindBlock("Weights", to: 0)
    if !unique { programs[fragment] = program }
    return program
  }
}
