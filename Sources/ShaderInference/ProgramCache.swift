import GLES

/// Compiled programs, shared by passes that differ in uniforms only, and kept for the next start where there is a store.
package final class ProgramCache {
  let context: GLContext
  private let store: ProgramStore?
  private var programs: [String: Owned<ShaderProgram>] = [:]
  /// Those that came from the store.
  package private(set) var loaded = 0
  /// Those that were compiled.
  package private(set) var compiled = 0

  /// An empty cache for a context.
  package init(_ context: GLContext, store: ProgramStore? = nil) {
    self.context = context
    self.store = store
  }

  /// How many different programs there are.
  package var count: Int { programs.count }

  /// Keeps what was compiled for the next start, as far as there is room.
  package func save() { store?.save() }

  /// The program of a shader so specialised; a `unique` one is the caller's alone, to keep uniforms in.
  func program(
    _ file: ShaderFile, _ defines: [String: String], unique: Bool = false, blocks: Int
  ) throws(GLError) -> Owned<ShaderProgram> {
    let fragment = file.fragmentSource(defines, blocks: blocks)
    let vertex = file.vertexSource(defines)
    if !unique, let program = programs[vertex + fragment] { return program }
    let program = try make(name: "\(file.rawValue).glsl", vertex: vertex, fragment: fragment)
    for sampler in ShaderPass.Sampler.allCases { program.value.set("\(sampler)", sampler.rawValue) }
    program.value.bindBlock("Weights", to: 0)
    if !unique { programs[vertex + fragment] = program }
    return program
  }

  private func make(name: String, vertex: String, fragment: String) throws(GLError) -> Owned<ShaderProgram> {
    var hash = SourceHash()
    hash.add(vertex)
    hash.add(fragment)
    if let binary = store?.binary(hash), let program = ShaderProgram(context, name: name, binary: binary) {
      loaded += 1
      return Owned(program)
    }
    let program = Owned(try ShaderProgram(context, name: name, vertex: vertex, fragment: fragment))
    compiled += 1
    if let store, let binary = program.value.binary { store.add(binary, hash) }
    return program
  }
}
