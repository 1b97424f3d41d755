/// The shaders of this module, one operator each, in `Shaders/`.
enum ShaderFile: String, CaseIterable, Sendable {
  case convolution, depthwise, elementwise, pool, dense, denseSum, gather, crop, momentCells, moments, normalize, probe,
    lumaCopy
  case elementFunction, binary, rearrange, axisTable, reduce, softmax, join, matrixProduct, generalConvolution,
    generalPool
  case tileConvolution, tileDepthwise, tileDense, tileCells, tileCollect, tileCrop

  private var body: [UInt8] {
    switch self {
    case .convolution: PackageResources.convolution_glsl
    case .depthwise: PackageResources.depthwise_glsl
    case .elementwise: PackageResources.elementwise_glsl
    case .pool: PackageResources.pool_glsl
    case .dense: PackageResources.dense_glsl
    case .denseSum: PackageResources.denseSum_glsl
    case .gather: PackageResources.gather_glsl
    case .crop: PackageResources.crop_glsl
    case .momentCells: PackageResources.momentCells_glsl
    case .moments: PackageResources.moments_glsl
    case .normalize: PackageResources.normalize_glsl
    case .probe: PackageResources.probe_glsl
    case .lumaCopy: PackageResources.lumaCopy_glsl
    case .elementFunction: PackageResources.elementFunction_glsl
    case .binary: PackageResources.binary_glsl
    case .rearrange: PackageResources.rearrange_glsl
    case .axisTable: PackageResources.axisTable_glsl
    case .reduce: PackageResources.reduce_glsl
    case .softmax: PackageResources.softmax_glsl
    case .join: PackageResources.join_glsl
    case .matrixProduct: PackageResources.matrixProduct_glsl
    case .generalConvolution: PackageResources.generalConvolution_glsl
    case .generalPool: PackageResources.generalPool_glsl
    case .tileConvolution: PackageResources.tileConvolution_glsl
    case .tileDepthwise: PackageResources.tileDepthwise_glsl
    case .tileDense: PackageResources.tileDense_glsl
    case .tileCells: PackageResources.tileCells_glsl
    case .tileCollect: PackageResources.tileCollect_glsl
    case .tileCrop: PackageResources.tileCrop_glsl
    }
  }

  /// What operators on any number of axes have before their own lines.
  private var common: [UInt8] {
    switch self {
    case .elementFunction, .binary, .rearrange, .axisTable, .reduce, .softmax, .join, .matrixProduct:
      PackageResources.general_glsl
    case .generalConvolution, .generalPool: PackageResources.general_glsl + PackageResources.window_glsl
    default: []
    }
  }

  /// The cells an edge that light moments are first taken over.
  static let cellsAnEdge = 8

  /// The fragment shader, specialised by `#define`s.
  ///
  /// All precisions are highp, those of samplers too: their default is lowp, and Mesa 22.3 then reads halves where
  /// floats lie (output error 1.8e-3 against 2.1e-6).
  func fragmentSource(_ defines: [String: String], blocks: Int) -> String {
    let each = (0..<blocks).map { "F(\($0))" }.joined(separator: " ")
    var all = defines
    all["BLOCKS"] = "\(blocks)"
    all["EACH(F)"] = each
    all["CELLS"] = "\(Self.cellsAnEdge)"
    let storage = isTiled ? Self.text(PackageResources.storage_glsl) : ""
    return Self.prelude(all) + Self.text(PackageResources.activations_glsl) + storage + Self.text(common + body)
  }

  /// The vertex shader to go with it.
  func vertexSource(_ defines: [String: String]) -> String {
    switch self {
    case .crop: return Self.prelude(defines) + Self.text(PackageResources.crop_vert_glsl)
    case _ where isTiled:
      var all = defines
      all["CELLS"] = "\(Self.cellsAnEdge)"
      let body = self == .tileCrop ? PackageResources.tileCrop_vert_glsl : PackageResources.tile_vert_glsl
      return Self.prelude(all) + Self.text(PackageResources.storage_glsl) + Self.text(body)
    default: return Self.prelude(defines) + Self.text(PackageResources.tensor_vert_glsl)
    }
  }

  /// Whether it draws tiles of a ``FramePlan``.
  var isTiled: Bool {
    switch self {
    case .tileConvolution, .tileDepthwise, .tileDense, .tileCells, .tileCollect, .tileCrop: true
    default: false
    }
  }

  private static func prelude(_ defines: [String: String]) -> String {
    let lines = defines.sorted { $0.key < $1.key }.map { "#define \($0.key) \($0.value)\n" }.joined()
    return """
      #version 300 es
      precision highp float;
      precision highp int;
      precision highp sampler2D;
      precision highp sampler2DArray;
      precision highp usampler2DArray;

      """ + lines
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
