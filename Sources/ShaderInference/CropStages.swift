import GLES
import NeuralGraph

/// The textures and draws of a crop: straight into the network's input, or through the light's moments.
struct CropStages {
  /// What follows the crop itself.
  private(set) var followers: [BoundPass] = []
  private let layout: TensorLayout
  private let target: Owned<Framebuffer>
  private let instances: Int

  init(_ executor: ShaderExecutor, _ programs: ProgramCache) throws(GLError) {
    let context = programs.context
    let options = executor.plan.options
    let batch = executor.plan.batch
    layout = executor.inputLayout
    instances = batch
    let input = Owned(try Framebuffer(context, colors: [executor.input.value.attachment(layer: 0)]))
    guard executor.plan.graph.input.normalization == .meanVariance else {
      target = input
      return
    }
    func texture(_ width: Int, _ height: Int) throws(GLError) -> Owned<Texture> {
      Owned(try Texture(context, width: width, height: height, layers: 1, format: options.preciseFormat))
    }
    func framebuffer(_ texture: Owned<Texture>) throws(GLError) -> Owned<Framebuffer> {
      let result = Owned(try Framebuffer(context, colors: [texture.value.attachment(layer: 0)]))
      result.value.clear()
      return result
    }
    let edge = ShaderFile.cellsAnEdge
    let raw = try texture(layout.width, layout.height)
    let cells = try texture(edge * batch, edge)
    let moments = try texture(batch, 1)
    target = try framebuffer(raw)

    var cellGeometry = PassGeometry(from: layout, to: layout)
    cellGeometry.tile = SIMD4(0, 0, Float(edge * batch), Float(edge))
    cellGeometry.targetSize = SIMD2(Float(edge * batch), Float(edge))
    var momentGeometry = PassGeometry()
    momentGeometry.tile = SIMD4(0, 0, Float(batch), 1)
    momentGeometry.targetSize = SIMD2(Float(batch), 1)
    momentGeometry.sourceSize = SIMD2(1, 1)
    let half = options.tensorFormat == .rgba16f ? ["HALF": ""] : [:]
    let source = ShaderPass.Sampler.source.rawValue
    followers = [
      BoundPass(
        try programs.program(.momentCells, [:], blocks: 1), geometry: cellGeometry, inputs: [(source, raw)],
        framebuffer: try framebuffer(cells), instances: 1),
      BoundPass(
        try programs.program(.moments, [:], blocks: 1), geometry: momentGeometry, inputs: [(source, cells)],
        framebuffer: try framebuffer(moments), instances: 1),
      BoundPass(
        try programs.program(.normalize, half, blocks: 1), geometry: PassGeometry(from: layout, to: layout),
        inputs: [(source, raw), (ShaderPass.Sampler.moments.rawValue, moments)], framebuffer: input,
        instances: batch),
    ]
  }

  /// The draw of the crop itself.
  func crop(_ defines: [String: String], _ programs: ProgramCache) throws(GLError) -> BoundPass {
    let program = try programs.program(.crop, defines, unique: true, blocks: 1)
    return BoundPass(
      program, geometry: PassGeometry(from: layout, to: layout), inputs: [], framebuffer: target, instances: instances)
  }
}
