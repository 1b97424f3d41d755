import GLES

/// A pass with its program, textures and framebuffer, ready to be drawn each frame.
struct BoundPass {
  let program: Owned<ShaderProgram>
  let geometryLocation: Int32
  let geometry: [Float]
  let inputs: [(unit: Int, texture: Owned<Texture>)]
  let block: Owned<UniformBuffer>?
  let framebuffer: Owned<Framebuffer>
  let instances: Int

  init(
    _ program: Owned<ShaderProgram>, geometry: PassGeometry, inputs: [(unit: Int, texture: Owned<Texture>)],
    block: Owned<UniformBuffer>? = nil, framebuffer: Owned<Framebuffer>, instances: Int
  ) {
    self.program = program
    geometryLocation = program.value.location("geometry")
    self.geometry = geometry.floats
    self.inputs = inputs
    self.block = block
    self.framebuffer = framebuffer
    self.instances = instances
  }

  /// Draws the pass's tiles. Uniforms of its own must be set before.
  func draw(_ quad: borrowing VertexArray) {
    program.value.set(geometryLocation, vectors: geometry)
    for input in inputs { input.texture.value.bind(unit: input.unit) }
    block?.value.bind(index: 0)
    framebuffer.value.bind()
    quad.draw(.triangleStrip, count: 4, instances: instances)
  }
}
