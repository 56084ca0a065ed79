#include "core/formats/onnx/typereader.h"

#include <onnx/onnx_pb.h>

namespace tenscope {

namespace {

// TypeProto.Tensor and TypeProto.SparseTensor have the same fields.
template <class TensorProto>
Type tensorType(const TensorProto& proto, Type::Kind kind)
{
    Type type;
    type.kind = kind;
    type.element = elementTypeFromOnnx(proto.elem_type());
    if (!proto.has_shape())
        return type;
    Shape& shape = type.shape.emplace();
    shape.reserve(std::size_t(proto.shape().dim_size()));
    for (const onnx::TensorShapeProto::Dimension& dim : proto.shape().dim()) {
        Dimension dimension;
        if (dim.has_dim_value() && dim.dim_value() >= 0)
            dimension.size = dim.dim_value();
        else if (dim.has_dim_param())
            dimension.symbol = dim.dim_param();
        shape.push_back(std::move(dimension));
    }
    return type;
}

Type container(Type::Kind kind)
{
    Type type;
    type.kind = kind;
    return type;
}

}  // namespace

Type readType(const onnx::TypeProto& proto)
{
    Type type;
    switch (proto.value_case()) {
    case onnx::TypeProto::kTensorType: type = tensorType(proto.tensor_type(), Type::Kind::Tensor); break;
    case onnx::TypeProto::kSparseTensorType:
        type = tensorType(proto.sparse_tensor_type(), Type::Kind::SparseTensor);
        break;
    case onnx::TypeProto::kSequenceType:
        type = container(Type::Kind::Sequence);
        type.arguments.push_back(readType(proto.sequence_type().elem_type()));
        break;
    case onnx::TypeProto::kOptionalType:
        type = container(Type::Kind::Optional);
        type.arguments.push_back(readType(proto.optional_type().elem_type()));
        break;
    case onnx::TypeProto::kMapType:
        type = container(Type::Kind::Map);
        type.arguments.push_back(Type::tensor(elementTypeFromOnnx(proto.map_type().key_type()), Shape{}));
        type.arguments.push_back(readType(proto.map_type().value_type()));
        break;
    case onnx::TypeProto::kOpaqueType:
        type = container(Type::Kind::Object);
        type.text = proto.opaque_type().domain();
        if (!type.text.empty() && !proto.opaque_type().name().empty())
            type.text += '.';
        type.text += proto.opaque_type().name();
        return type;
    case onnx::TypeProto::VALUE_NOT_SET: break;
    }
    type.text = proto.denotation();
    return type;
}

}  // namespace tenscope
