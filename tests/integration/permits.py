"""What the template's policies let each function do, asked of every call it makes: moto enforces none of them, nor does
the local cloud.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.infra.templates import INFRA, Json, flatten, read, statements

REGION, ACCOUNT, STACK = "sa-east-1", "123456789012", "regua"
NO_ARN = "*"
"""What has none is only allowed by a statement about everything."""
_IN_A_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
"""IAM asks for what is within (docs.aws.amazon.com/amazondynamodb, "DynamoDB Transactions: IAM")."""
_OF_AN_OBJECT = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
}
"""docs.aws.amazon.com/AmazonS3, "Required permissions for Amazon S3 API operations"."""

Asked = tuple[str, str]
"""An action, and the ARN of what it is done to."""


def asked(service: str, operation: str, given: Json) -> Iterator[Asked]:
    """What IAM asks of a call. Raises NotImplementedError for one that no function has made yet."""
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            for item in given["TransactItems"]:
                [(kind, of)] = item.items()
                yield _IN_A_TRANSACTION[kind], _arn("dynamodb", f"table/{of['TableName']}")
        case "dynamodb", "BatchGetItem":
            for table in given["RequestItems"]:
                yield "dynamodb:BatchGetItem", _arn("dynamodb", f"table/{table}")
        case "dynamodb", ("GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query"):
            index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
            yield f"dynamodb:{operation}", _arn("dynamodb", f"table/{given['TableName']}{index}")
        case "s3", "ListObjectsV2":
            yield "s3:ListBucket", f"arn:aws:s3:::{given['Bucket']}"
        case "s3", _ if operation in _OF_AN_OBJECT:
            action = "s3:GetObjectVersion" if "VersionId" in given else _OF_AN_OBJECT[operation]
            yield action, f"arn:aws:s3:::{given['Bucket']}/{given['Key']}"
        case "secretsmanager", "GetSecretValue":
            name = given["SecretId"]
            arn = name if name.startswith("arn:") else _arn("secretsmanager", f"secret:{name}-a1B2c3")
            yield "secretsmanager:GetSecretValue", arn
        case "sqs", "SendMessage":
            yield "sqs:SendMessage", _arn("sqs", given["QueueUrl"].rpartition("/")[2])
        case "stepfunctions", "StartExecution":
            yield "states:StartExecution", given["stateMachineArn"]
        case "stepfunctions", "StopExecution":
            yield "states:StopExecution", given["executionArn"]
        case "lambda", "Invoke":
            name = given["FunctionName"]
            yield "lambda:InvokeFunction", name if name.startswith("arn:") else _arn("lambda", f"function:{name}")
        case "sesv2", "SendEmail":
            named = [("identity", given["FromEmailAddress"]), ("configuration-set", given.get("ConfigurationSetName"))]
            for kind, name in named:
                if name:
                    yield "ses:SendEmail", _arn("ses", f"{kind}/{name}")
                    if "Raw" in given["Content"]:
                        yield "ses:SendRawEmail", _arn("ses", f"{kind}/{name}")
        case "sns", "Publish" if "PhoneNumber" in given:
            yield "sns:Publish", NO_ARN
        case _:
            raise NotImplementedError(f"{service} {operation}: what does IAM ask?")


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


@cache
def _resources() -> Json:
    found: Json = flatten(read(INFRA / "template.yaml"))["Resources"]
    return found


def _known(name: str) -> str:
    """What a name of the template is in this deployment."""
    pseudo = {"Partition": "aws", "Region": REGION, "AccountId": ACCOUNT, "StackName": STACK}
    if name.startswith("AWS::"):
        return pseudo[name.removeprefix("AWS::")]
    if name == "SecretPrefix":
        return str(read(INFRA / "template.yaml")["Parameters"][name]["Default"])
    if name == "PseudonymSecret":
        return _arn("secretsmanager", f"secret:{STACK}-pseudonyms-??????")
    resource, _, attribute = name.partition(".")
    if attribute == "Arn" and resource == "SettleQueue":
        return _arn("sqs", "settle")
    written = _resources()[resource]
    match written["Type"], attribute:
        case "AWS::DynamoDB::Table", "Arn":
            return _arn("dynamodb", f"table/{STACK}")
        case "AWS::S3::Bucket", "Arn":
            return f"arn:aws:s3:::{_text(written['Properties']['BucketName'])}"
        case "AWS::SQS::Queue", "Arn":
            return _arn("sqs", resource)
        case "AWS::Logs::LogGroup", "Arn":
            return _arn("logs", f"log-group:{_text(written['Properties']['LogGroupName'])}")
    raise NotImplementedError(name)


def _text(expression: Any) -> str:
    match expression:
        case {"Ref": str(name)}:
            return _known(name)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return _known(f"{resource}.{attribute}")
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)\}", lambda mark: _known(mark[1]), text)
    return str(expression)


def _pattern(resource: str) -> re.Pattern[str]:
    return re.compile(re.escape(resource).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


class Statement:
    """One of a role's, with what it names in this deployment."""

    def __init__(self, written: Json) -> None:
        self.sid: str = written["Sid"]
        self.allows: bool = written["Effect"] == "Allow"
        self.actions: tuple[str, ...] = tuple(written["Action"])
        self._resources = [_pattern(_text(each)) for each in written["Resource"]]

    def is_about(self, action: str, arn: str) -> bool:
        """Whether it is about that."""
        return action in self.actions and any(each.fullmatch(arn) for each in self._resources)


@cache
def of_role(function: str) -> tuple[Statement, ...]:
    """What the role of a function (`import_file`) says: its own policies, and those it wears."""
    role = _resources()["".join(map(str.capitalize, function.split("_"))) + "Role"]["Properties"]
    worn = [_resources()[each["Ref"]]["Properties"] for each in role["ManagedPolicyArns"]]
    written = [policy["PolicyDocument"] for policy in (*role["Policies"], *worn)]
    return tuple(Statement(each) for document in written for each in statements(document))


@cache
def allowing(function: str, action: str, arn: str) -> str:
    """The statement that allows it, by its Sid; empty: AWS would refuse it."""
    about = [each for each in of_role(function) if each.is_about(action, arn)]
    return "" if any(not each.allows for each in about) else next((each.sid for each in about), "")


class Permits:
    """Who asked for what in one deployment."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        """What AWS would have refused."""
        self.used: set[tuple[str, str, str]] = set()
        """Function, Sid and action of what was allowed."""

    def ask(self, function: str, service: str, operation: str, given: Json) -> None:
        """Notes a call of a running function."""
        for action, arn in asked(service, operation, given):
            if sid := allowing(function, action, arn):
                self.used.add((function, sid, action))
            else:
                self.refused.append(f"{function} may not {action} on {arn}")
