import GLES
import NeuralGraph

/// A pass of tiles with its program, textures and framebuffer, ready to be drawn each frame.
final class BoundTiles {
  let program: Owned<ShaderProgram>
  private let sizesLocation: Int32
  private let sizes: [Float]
  private let inputs: [(unit: Int, texture: Owned<Texture>)]
  private let block: Owned<UniformBuffer>?
  private let framebuffer: Owned<Framebuffer>
  private let buffer: Owned<VertexBuffer>
  private let quad: Owned<VertexArray>
  private let instances: Int

  init(
    _ context: GLContext, _ program: Owned<ShaderProgram>, sizes: [Float],
    inputs: [(unit: Int, texture: Owned<Texture>)], block: Owned<UniformBuffer>?, framebuffer: Owned<Framebuffer>,
    tiles: [FramePass.Tile]
  ) throws(GLError) {
    self.program = program
    sizesLocation = program.value.location("sizes")
    self.sizes = sizes
    self.inputs = inputs
    self.block = block
    self.framebuffer = framebuffer
    instances = tiles.count
    let buffer = Owned(try VertexBuffer(context, tiles.flatMap(\.floats)))
    self.buffer = buffer
    quad = Owned(
      try VertexArray(
        context,
        (0..<5).map {
          buffer.value.attribute(location: $0, components: 4, stride: 20, offset: 4 * $0, perInstance: true)
        }))
  }

  /// Draws the tiles. Uniforms of its own must be set before.
  func draw() {
    program.value.set(sizesLocation, vectors: sizes)
    for index in inputs.indices { inputs[index].texture.value.bind(unit: inputs[index].unit) }
    block?.value.bind(index: 0)
    framebuffer.value.bind()
    quad.value.draw(.triangleStrip, count: 4, instances: instances)
  }
}

/// What a pass that draws crops is told of each frame.
struct BoundCrops {
  private let program: Owned<ShaderProgram>
  private let locations: (window: Int32, placing: Int32, frame: Int32)
  /// Pixels of a crop's row, for crops that are given.
  private let columns: Float

  init(
    _ program: Owned<ShaderProgram>, _ pass: FramePass, _ plan: FramePlan, sheet: Owned<Texture>?
  ) throws(GLError) {
    self.program = program
    locations = (program.value.location("window"), program.value.location("placing"), program.value.location("frame"))
    columns = Float(pass.crops.first?.width ?? 1)
    guard let landmarks = plan.landmarks, pass.crops.contains(where: { $0.place != nil }) else { return }
    var crops: [Float] = []
    var list: [Int32] = []
    var indices: [Int32] = []
    for place in pass.crops.compactMap(\.place) {
      crops += [place.mirrored ? -1 : 1, place.sideFactor, place.offset, 0]
      list += [Int32(indices.count), Int32(place.landmarks.count)]
      indices += place.landmarks.map(Int32.init)
    }
    program.value.set(program.value.location("crops"), vectors: crops)
    program.value.set(program.value.location("list"), integers: list, pairs: true)
    program.value.set(program.value.location("landmarks"), integers: indices)
    program.value.set(
      "sheetMap",
      SIMD4<Float>(
        Float(landmarks.landmarksRow), Float(landmarks.firstLandmark), Float(landmarks.correctionRow),
        Float(landmarks.firstCorrection)))
  }

  /// `window` is the crop itself; where landmarks place the crops, the window these lie in.
  func place(_ window: CropTransform, frame: (width: Int, height: Int)) {
    program.value.set(locations.window, SIMD4(window.centre.x, window.centre.y, window.side, window.roll))
    // Counted here: a GPU's division may be off by enough for ceil to give one more.
    let taps = min(max((window.side / columns).rounded(.up), 1), 8)
    program.value.set(locations.placing, SIMD2(window.mirrored ? -1 : 1, taps))
    program.value.set(locations.frame, SIMD2(Float(frame.width), Float(frame.height)))
  }
}
