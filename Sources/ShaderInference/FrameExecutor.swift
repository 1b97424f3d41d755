import GLES
import NeuralGraph

/// Runs a ``FramePlan`` on the GPU: textures, programs and tiles are made by `init`; a frame only binds and draws.
///
/// It belongs to its context's thread.
package final class FrameExecutor {
  /// The most crops that landmarks place in a frame.
  package static let maximumCrops = 8

  /// What it runs.
  package let plan: FramePlan
  let sheet: OutputSheet
  private var textures: [Owned<Texture>?] = []
  private var blocks: [Int: Owned<UniformBuffer>] = [:]
  private var framebuffers: [Int: Owned<Framebuffer>] = [:]
  private var passes: [BoundTiles] = []
  private var crops: [BoundCrops] = []
  private let context: GLContext

  /// Makes what the plan asks for. Drivers compile at the first draw: draw once to have it behind you.
  package init(_ plan: FramePlan, programs: ProgramCache) throws(ShaderError) {
    self.plan = plan
    context = programs.context
    guard case .vectors(let columns, let rows, let format) = plan.textures[plan.sheet] else {
      preconditionFailure("a plan's sheet holds vectors")
    }
    sheet = try OutputSheet(context, columns: columns, rows: rows, format: format)
    do {
      for (index, planned) in plan.textures.enumerated() { try make(planned, index) }
      for pass in plan.passes {
        let bound = try bind(pass, programs)
        if pass.shader == .tileCrop {
          crops.append(
            try BoundCrops(bound.program, pass, plan, sheet: plan.landmarks.flatMap { textures[$0.texture] }))
        }
        passes.append(bound)
      }
    } catch {
      throw .gl(error)
    }
  }

  private func make(_ planned: FramePlan.Planned, _ index: Int) throws(GLError) {
    switch planned {
    case .tiles(let tiles):
      let texture = Owned(
        try Texture(context, width: tiles.width, height: tiles.height, layers: tiles.layers, format: tiles.format))
      try texture.value.clearToZero()
      textures.append(texture)
    case .vectors(let columns, let rows, let format):
      if index == plan.sheet {
        textures.append(sheet.texture)
        framebuffers[index] = sheet.framebuffer
        return
      }
      let texture = Owned(
        try Texture(context, width: columns, height: rows, layers: format.texelsABlock, format: format))
      try texture.value.clearToZero()
      textures.append(texture)
    case .weights(let weights, let format):
      let texture = Owned(
        try Texture(
          context, width: weights.width, height: weights.height, layers: weights.layers.count, format: format))
      for (layer, texels) in weights.layers.enumerated() { try texture.value.upload(texels, layer: layer) }
      textures.append(texture)
    case .uniforms(let floats):
      blocks[index] = Owned(try UniformBuffer(context, floats))
      textures.append(nil)
    }
  }

  private func texture(_ index: Int) -> Owned<Texture> {
    guard let texture = textures[index] else { preconditionFailure("number \(index) of the plan is no texture") }
    return texture
  }

  private func bind(_ pass: FramePass, _ programs: ProgramCache) throws(GLError) -> BoundTiles {
    let isCrop = pass.shader == .tileCrop
    let program = try programs.program(pass.shader, pass.defines, unique: isCrop, blocks: pass.blocks)
    let target = texture(pass.target)
    if framebuffers[pass.target] == nil {
      let layers = target.value.layers ?? 1
      framebuffers[pass.target] = Owned(
        try Framebuffer(context, colors: (0..<layers).map { target.value.attachment(layer: $0) }))
    }
    guard let framebuffer = framebuffers[pass.target] else { preconditionFailure("a target without framebuffer") }
    var inputs = pass.inputs.map { (unit: $0.key.rawValue, texture: texture($0.value)) }
    if isCrop, let landmarks = plan.landmarks, pass.crops.contains(where: { $0.place != nil }) {
      inputs.append((unit: ShaderPass.Sampler.sheet.rawValue, texture: texture(landmarks.texture)))
    }
    func size(_ sampler: ShaderPass.Sampler) -> [Float] {
      guard let index = pass.inputs[sampler] else { return [1, 1] }
      return [Float(texture(index).value.width), Float(texture(index).value.height)]
    }
    let sizes =
      [Float(target.value.width), Float(target.value.height), Float(pass.stride), 9] + size(.source) + size(.residual)
      + size(.weights) + [Float(pass.depthwiseRows), Float(pass.taps)]
    return try BoundTiles(
      context, program, sizes: sizes, inputs: inputs.sorted { $0.unit < $1.unit },
      block: pass.block.flatMap { blocks[$0] }, framebuffer: framebuffer, tiles: pass.tiles)
  }

  /// Draws all passes for a frame, from its luma to the sheet. Errors wait for ``GLContext/checkErrors(_:)``.
  package func draw(_ luma: LumaTexture, window: CropTransform) {
    for index in crops.indices { crops[index].place(window, frame: luma.size) }
    luma.bind(unit: ShaderPass.Sampler.luma.rawValue)
    for index in passes.indices { passes[index].draw() }
  }

  /// Copies what one network said of one image out of the sheet's elements.
  func copyOutputs(_ number: Int, from elements: [Float], into target: inout [Float]) {
    var next = 0
    for run in plan.outputs[number].runs {
      for element in run {
        target[next] = elements[element]
        next += 1
      }
    }
  }

  /// How many elements one network says of one image.
  func outputCount(_ number: Int) -> Int { plan.outputs[number].runs.reduce(0) { $0 + $1.count } }
}
