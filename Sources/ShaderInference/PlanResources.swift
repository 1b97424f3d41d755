import GLES

/// The GL objects of a plan, made once.
struct PlanResources {
  /// By planned index; nil where a uniform block is planned.
  private var textures: [Owned<Texture>?] = []
  /// By planned index.
  private var blocks: [Int: Owned<UniformBuffer>] = [:]
  private var framebuffers: [ShaderPass.Target: Owned<Framebuffer>] = [:]
  private let context: GLContext

  init(_ plan: PassPlan, _ context: GLContext) throws(GLError) {
    self.context = context
    for (index, planned) in plan.textures.enumerated() {
      switch planned {
      case .tensor(let layout, let format):
        let texture = Owned(
          try Texture(context, width: layout.width, height: layout.height, layers: layout.layers, format: format))
        let zeros = [Float](repeating: 0, count: layout.width * layout.height * 4)
        for layer in 0..<layout.layers { try texture.value.upload(zeros, layer: layer) }
        textures.append(texture)
      case .weights(let weights):
        let texture = Owned(
          try Texture(
            context, width: weights.width, height: weights.height, layers: weights.layers.count,
            format: plan.options.tensorFormat))
        for (layer, texels) in weights.layers.enumerated() { try texture.value.upload(texels, layer: layer) }
        textures.append(texture)
      case .constant(let layout, let numbers):
        let texture = Owned(
          try Texture(context, width: layout.width, height: layout.height, layers: layout.layers, format: .rgba32f))
        for (layer, texels) in layout.texels(numbers).enumerated() { try texture.value.upload(texels, layer: layer) }
        textures.append(texture)
      case .uniforms(let floats):
        blocks[index] = Owned(try UniformBuffer(context, floats))
        textures.append(nil)
      }
    }
  }

  /// A planned texture.
  func texture(_ index: Int) -> Owned<Texture> {
    guard let texture = textures[index] else { preconditionFailure("number \(index) of the plan is no texture") }
    return texture
  }

  /// A pass with what it needs; passes to the same layers share a framebuffer.
  mutating func bind(
    _ pass: ShaderPass, sheet: OutputSheet, firstRow: Int, programs: ProgramCache
  ) throws(GLError) -> BoundPass {
    let program = try programs.program(pass.shader, pass.defines, blocks: pass.blocks)
    var geometry = pass.geometry
    let framebuffer: Owned<Framebuffer>
    switch pass.target {
    case .sheet:
      geometry.tile.y += Float(firstRow)
      geometry.targetSize = SIMD2(Float(PassPlan.sheetColumns), Float(sheet.rows))
      framebuffer = sheet.framebuffer
    case .texture(let index, let layers):
      if let known = framebuffers[pass.target] {
        framebuffer = known
      } else {
        let target = texture(index)
        framebuffer = Owned(try Framebuffer(context, colors: layers.map { target.value.attachment(layer: $0) }))
        framebuffers[pass.target] = framebuffer
      }
    }
    var inputs = pass.inputs.map { (unit: $0.key.rawValue, texture: texture($0.value)) }
    inputs.sort { $0.unit < $1.unit }
    return BoundPass(
      program, geometry: geometry, inputs: inputs, block: pass.block.flatMap { blocks[$0] }, framebuffer: framebuffer,
      instances: pass.instances)
  }
}
