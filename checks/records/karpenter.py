"""Karpenter: what adds nodes, also in EKS Auto Mode and AKS node autoprovisioning."""

from checks.records.base import Conditioned, Kind

NODE_POOLS = Kind("NodePool", "karpenter.sh", "nodepools", ("v1", "v1beta1"), Conditioned)
